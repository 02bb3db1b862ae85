//! The package managers of distributions.

use super::Verb::{Clean, Configure, Download, Install, Query, Remove, Update, Upgrade};
use super::managers::{Manager, index_of};
use super::{Effects, PackageCall, Paths, Verb, program, read};
use crate::semantic::Program;
use crate::semantic::programs::{APK, APT_GET, YUM};
use crate::shell::Command;

const RPM_VERBS: &[(&str, Verb)] = &[
    ("install|localinstall|reinstall|downgrade|swap|groupinstall|builddep|in|mark install", Install),
    ("group install|groups install|module install|module enable|module reset|module disable", Install),
    ("update|upgrade|upgrade-minimal|distro-sync|update-minimal|system-upgrade", Upgrade),
    ("remove|erase|autoremove|groupremove|group remove|module remove", Remove),
    ("makecache", Update),
    ("clean all", Clean),
    ("config-manager|copr|versionlock", Configure),
    ("list|info|search|repolist|provides|whatprovides|repoquery|deplist|history|grouplist|group list", Query),
    ("module list|check|check-update|repoinfo|module info", Query),
    ("download", Download),
];

/// What the others of the family share.
const YUM_DEFAULT: Manager = Manager {
    verbs: RPM_VERBS,
    caches: &["/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"],
    config: &["/etc/yum.conf", "/etc/yum.repos.d", "/etc/yum", "/etc/dnf"],
    ..Manager::DEFAULT
};

pub(super) static SYSTEM: &[Manager] = &[
    Manager {
        name: "apt",
        program: Program { names: &["apt-get", "apt", "aptitude"], ..program(APT_GET.valued) },
        verbs: &[
            ("update", Update),
            ("install|reinstall|build-dep|satisfy", Install),
            ("upgrade|dist-upgrade|full-upgrade|safe-upgrade", Upgrade),
            ("remove|purge|autoremove|autopurge", Remove),
            ("clean|autoclean|distclean", Clean),
            ("download|source", Download),
            ("show|list|search|policy|changelog|check|depends|rdepends|indextargets", Query),
        ],
        caches: &["/var/lib/apt/lists", "/var/cache/apt"],
        config: &["/etc/apt"],
        ..Manager::DEFAULT
    },
    Manager {
        name: "apk",
        program: Program { names: &["apk"], ..program(APK.valued) },
        verbs: &[
            ("add|fix", Install),
            ("del", Remove),
            ("update", Update),
            ("upgrade", Upgrade),
            ("cache", Clean),
            ("fetch", Download),
            ("info|search|version|policy|list|audit|stats|dot|manifest|verify", Query),
        ],
        caches: &["/var/cache/apk", "/etc/apk/cache"],
        config: &["/etc/apk"],
        ..Manager::DEFAULT
    },
    Manager { name: "yum", program: Program { names: &["yum"], ..program(YUM.valued) }, ..YUM_DEFAULT },
    Manager {
        name: "dnf",
        program: Program { names: &["dnf", "dnf5", "dnf4", "dnf-3"], ..program(YUM.valued) },
        ..YUM_DEFAULT
    },
    Manager {
        name: "microdnf",
        program: Program { names: &["microdnf"], ..program(YUM.valued) },
        ..YUM_DEFAULT
    },
    Manager { name: "tdnf", program: Program { names: &["tdnf"], ..program(YUM.valued) }, ..YUM_DEFAULT },
    Manager {
        name: "zypper",
        program: Program { names: &["zypper"], ..program(crate::semantic::programs::ZYPPER.valued) },
        verbs: &[
            ("install|in|source-install|si|install-new-recommends|inr", Install),
            ("remove|rm", Remove),
            ("update|up|dist-upgrade|dup|patch", Upgrade),
            ("refresh|ref", Update),
            ("clean|cc", Clean),
            ("addrepo|ar|removerepo|rr|modifyrepo|mr|renamerepo|nr|addlock|al|removelock|rl", Configure),
            ("search|se|info|if|list-updates|lu|repos|lr|packages|pa|what-provides|wp", Query),
            ("download", Download),
        ],
        caches: &["/var/cache/zypp"],
        config: &["/etc/zypp"],
        ..Manager::DEFAULT
    },
];

/// Whether it is one of those of which [`special`] knows.
pub(super) fn is_special(name: &str) -> bool {
    matches!(name, "dpkg" | "rpm" | "pacman")
}

/// Programs whose options say what to do. The outer `None` is a program that is not one of them, the inner one
/// a call that is not known.
#[expect(clippy::option_option, reason = "two different things that are not known")]
pub(super) fn special(name: &str, command: &Command) -> Option<Option<Effects>> {
    Some(match name {
        "dpkg" => dpkg(command),
        "rpm" => rpm(command),
        "pacman" => pacman(command),
        "pacman-key" => {
            Some(Effects { network: true, starts: true, ..Effects::writing(Paths::one("/etc/pacman.d")) })
        }
        "apt-cache" | "apt-config" | "dpkg-query" | "dpkg-architecture" | "apt-file" => {
            Some(Effects::reading(Paths::all(&[
                "/etc/apt",
                "/var/lib/apt",
                "/var/cache/apt",
                "/var/lib/dpkg",
            ])))
        }
        "apt-mark" => Some(Effects::writing(Paths::all(&["/var/lib/apt", "/var/lib/dpkg"]))),
        "dpkg-divert" | "dpkg-statoverride" => Some(Effects::writing(Paths::Anything)),
        "dpkg-deb" => {
            let call = read(command, "Z z");
            Some(Effects {
                reads: Paths::of(call.operands.iter().copied()),
                ..Effects::writing(Paths::Anything)
            })
        }
        "yum-config-manager" => Some(called("yum", Configure, &["/etc/yum.repos.d", "/etc/yum"], command)),
        "subscription-manager" => None,
        _ => return None,
    })
}

fn called(manager: &'static str, verb: Verb, config: &[&str], _: &Command) -> Effects {
    let config = Paths::all(config);
    let packages = Some(PackageCall { manager, verb, packages: Vec::new(), files: Vec::new() });
    Effects { reads: config.clone(), writes: config, network: true, packages, ..Effects::default() }
}

/// A call about the words that are no options.
fn about_operands(
    manager: &'static str,
    verb: Verb,
    network: bool,
    command: &Command,
    valued: &'static str,
) -> Effects {
    let call = read(command, valued);
    let packages = call.operands.iter().filter_map(|word| index_of(command, word)).collect();
    let files = call.operands.iter().copied().filter(|word| !word.text.contains("://"));
    let network = network || call.operands.iter().any(|word| word.text.contains("://"));
    let packages = Some(PackageCall { manager, verb, packages, files: Vec::new() });
    let reads = Paths::of(files);
    match verb {
        Query => Effects { reads: Paths::Anything, network, packages, ..Effects::default() },
        Remove => {
            Effects { writes: Paths::Anything, deletes: Paths::Anything, packages, ..Effects::default() }
        }
        _ => Effects { reads, writes: Paths::Anything, network, packages, ..Effects::default() },
    }
}

fn dpkg(command: &Command) -> Option<Effects> {
    let call = read(command, "root admindir instdir D");
    let one = |options: &[&str]| call.has_any(options);
    let about = |verb| Some(about_operands("dpkg", verb, false, command, "root admindir instdir D"));
    if one(&["i", "install", "unpack", "configure", "A", "record-avail"]) {
        about(Install)
    } else if one(&["r", "remove", "P", "purge"]) {
        about(Remove)
    } else if one(&["add-architecture", "remove-architecture", "set-selections", "clear-selections"]) {
        Some(called("dpkg", Configure, &["/var/lib/dpkg"], command))
            .map(|effects| Effects { network: false, ..effects })
    } else if one(&["x", "extract", "X", "vextract"]) {
        let folder = Paths::of(call.operands.get(1).copied());
        Some(Effects { reads: Paths::of(call.operands.first().copied()), ..Effects::writing(folder) })
    } else if one(&[
        "l",
        "list",
        "L",
        "listfiles",
        "s",
        "status",
        "S",
        "search",
        "p",
        "V",
        "verify",
        "print-architecture",
        "print-foreign-architectures",
        "get-selections",
        "compare-versions",
        "version",
        "W",
        "show",
        "c",
        "C",
        "contents",
        "I",
        "info",
        "audit",
    ]) {
        about(Query)
    } else {
        None
    }
}

fn rpm(command: &Command) -> Option<Effects> {
    let valued = "D E root dbpath prefix qf queryformat define eval excludepath relocate rcfile";
    let call = read(command, valued);
    let about = |verb| Some(about_operands("rpm", verb, false, command, valued));
    if call.has("import") {
        Some(Effects { writes: Paths::one("/var/lib/rpm"), ..about(Configure)? })
    } else if call.has_any(&["q", "query", "V", "verify", "K", "checksig", "E", "eval", "version", "showrc"])
    {
        about(Query)
    } else if call.has_any(&["e", "erase"]) {
        about(Remove)
    } else if call.has_any(&["i", "install", "U", "upgrade", "F", "freshen", "reinstall", "rebuilddb"]) {
        about(Install)
    } else {
        None
    }
}

fn pacman(command: &Command) -> Option<Effects> {
    let valued = "r b root dbpath cachedir config logfile overwrite ignore";
    let call = read(command, valued);
    let about = |verb, network| Some(about_operands("pacman", verb, network, command, valued));
    if call.has_any(&["S", "sync"]) {
        let clean = call.count("c") + call.count("clean") > 0;
        if clean {
            let caches = Paths::all(&["/var/cache/pacman/pkg", "/var/lib/pacman/sync"]);
            return Some(Effects { writes: Paths::None, deletes: caches, ..about(Clean, false)? });
        }
        if call.has_any(&["s", "search", "i", "info", "l", "list", "g", "groups"]) {
            return about(Query, false);
        }
        let verb = match (call.operands.is_empty(), call.has_any(&["u", "sysupgrade"])) {
            (false, _) => Install,
            (true, true) => Upgrade,
            (true, false) => {
                let lists = Paths::one("/var/lib/pacman/sync");
                return Some(Effects { writes: lists, ..about(Update, true)? });
            }
        };
        about(verb, true)
    } else if call.has_any(&["U", "upgrade"]) {
        about(Install, false)
    } else if call.has_any(&["R", "remove"]) {
        about(Remove, false)
    } else if call.has_any(&["Q", "query", "F", "files", "T", "deptest", "V", "version"]) {
        about(Query, false)
    } else if call.has_any(&["D", "database"]) {
        Some(Effects { writes: Paths::one("/var/lib/pacman"), ..about(Configure, false)? })
    } else {
        None
    }
}
