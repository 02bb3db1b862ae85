//! Facts about yum, dnf and similar programs: `dnf5`, `microdnf`, `tdnf`.

use super::Verb::{self, Clean, Configure, Download, Install, Query, Remove, Update, Upgrade};
use super::{DistributionFamily, FilesKeptByManager, MountableCache, PackageManager, rpm, system};
use crate::semantic::effects::configuration_effects;
use crate::semantic::{ProgramSyntax, View};
use crate::shell::ShellCommand;

const VALUED: &str = "c config comment d debuglevel disableplugin disablerepo e enablerepo enableplugin errorlevel \
        exclude forcearch installroot releasever repo repofrompath repoid R randomwait rpmverbosity \
        setopt x";

/// The program of hadolint rules about yum.
pub static YUM: ProgramSyntax = ProgramSyntax {
    names: &["yum"],
    valued: VALUED,
    prefixes: &["module", "group", "groups"],
    ..ProgramSyntax::DEFAULT
};

/// The program of hadolint rules about dnf.
pub static DNF: ProgramSyntax = ProgramSyntax {
    names: &["dnf", "microdnf"],
    more_names: &["dnf5", "tdnf", "dnf4", "dnf-3"],
    valued: VALUED,
    prefixes: &["module", "group", "groups"],
    ..ProgramSyntax::DEFAULT
};

/// Programs of the manager `dnf`: up to version 4, and version 5.
pub const DNF_4: [&str; 4] = ["dnf", "dnf4", "dnf-3", "yum"];
pub const DNF_5: [&str; 1] = ["dnf5"];

/// Subcommands that ask for confirmation before they install.
pub const ASKS: [&str; 3] = ["install", "groupinstall", "localinstall"];

/// Options that confirm without a prompt.
pub const YES: [&str; 2] = ["y", "assumeyes"];

/// Subcommands that fetch packages or lists.
pub const FILLS: [&str; 8] =
    ["install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei"];

pub const CACHE_OF_YUM: &str = "/var/cache/yum";
pub const CACHE_OF_DNF: &str = "/var/cache/dnf";
pub const CACHE_OF_DNF_5: &str = "/var/cache/libdnf5";
pub const CACHE_OF_TDNF: &str = "/var/cache/tdnf";

const CACHES: &[&str] = &[CACHE_OF_YUM, CACHE_OF_DNF, CACHE_OF_DNF_5];

const VERBS: &[(&str, Verb)] = &[
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

const FAMILY: PackageManager = PackageManager {
    family: Some(DistributionFamily::Rpm),
    verbs: VERBS,
    caches: CACHES,
    config: &["/etc/yum.conf", "/etc/yum.repos.d", "/etc/yum", "/etc/dnf"],
    package_name: rpm::package_name,
    is_version: rpm::is_version,
    costs: system::COSTS,
    ..PackageManager::DEFAULT
};

const KEPT: FilesKeptByManager = FilesKeptByManager {
    filled_by: &[Update, Install, Upgrade],
    weight: 40.0,
    ..FilesKeptByManager::DEFAULT
};

const CACHED: MountableCache = MountableCache {
    verbs: &[Install, Upgrade, Update],
    locked: true,
    system: true,
    options: &["installroot"],
    emptied_by: &[&["clean"]],
    option: Some("--setopt=keepcache=True"),
    ..MountableCache::DEFAULT
};

const fn dnf_program(names: &'static [&'static str]) -> ProgramSyntax {
    ProgramSyntax { names, valued: VALUED, ..ProgramSyntax::DEFAULT }
}

pub(crate) static MANAGERS: &[PackageManager] = &[
    PackageManager {
        name: "yum",
        program: dnf_program(&["yum"]),
        programs: &[
            ("yum-config-manager", |_| {
                Some(configuration_effects("yum", Configure, &["/etc/yum.repos.d", "/etc/yum"]))
            }),
            ("subscription-manager", |_| None),
        ],
        kept: &[FilesKeptByManager {
            what: "metadata and packages of yum",
            directories: &[CACHE_OF_YUM, CACHE_OF_DNF],
            ..KEPT
        }],
        cached: Some(MountableCache { manager: "yum", targets: &[CACHE_OF_YUM], ..CACHED }),
        clean_install: Some("yum install -y PACKAGES && yum clean all"),
        ..FAMILY
    },
    PackageManager {
        name: "dnf",
        program: dnf_program(&["dnf", "dnf5", "dnf4", "dnf-3"]),
        kept: &[FilesKeptByManager {
            what: "metadata and packages of dnf",
            directories: &[CACHE_OF_DNF, CACHE_OF_DNF_5, CACHE_OF_YUM],
            ..KEPT
        }],
        cached: Some(MountableCache { manager: "dnf", targets: &[CACHE_OF_DNF], ..CACHED }),
        clean_install: Some("dnf install -y PACKAGES && dnf clean all"),
        ..FAMILY
    },
    PackageManager {
        name: "microdnf",
        program: dnf_program(&["microdnf"]),
        kept: &[FilesKeptByManager {
            what: "metadata and packages of microdnf",
            directories: &[CACHE_OF_YUM, CACHE_OF_DNF, CACHE_OF_DNF_5],
            weight: 30.0,
            ..KEPT
        }],
        cached: Some(MountableCache {
            manager: "microdnf",
            targets: &[CACHE_OF_YUM],
            option: Some("--setopt=keepcache=1"),
            ..CACHED
        }),
        clean_install: Some("microdnf install -y PACKAGES && microdnf clean all"),
        ..FAMILY
    },
    PackageManager {
        name: "tdnf",
        program: dnf_program(&["tdnf"]),
        caches: &[CACHE_OF_TDNF],
        kept: &[FilesKeptByManager {
            what: "metadata and packages of tdnf",
            directories: &[CACHE_OF_TDNF],
            weight: 20.0,
            ..KEPT
        }],
        cached: Some(MountableCache {
            manager: "tdnf",
            targets: &[CACHE_OF_TDNF],
            unproved: Some("only some versions of `tdnf` support keeping packages"),
            ..CACHED
        }),
        ..FAMILY
    },
];

/// Whether two programs are the same or share a cache: on newer systems, yum and dnf5 are dnf.
pub fn programs_share_cache(one: &str, other: &str) -> bool {
    const FAMILY: [&str; 5] = ["yum", "dnf", "dnf4", "dnf-3", "dnf5"];
    one == other || (FAMILY.contains(&one) && FAMILY.contains(&other))
}

/// Whether yum or a similar program deletes its whole cache: `clean all`. Other `clean` commands keep the
/// metadata.
pub fn deletes_cache(program: &ProgramSyntax, command: &ShellCommand, view: View) -> bool {
    if view.takes_part_of_a_cache_for_all {
        return program.runs_any_subcommand(command, view, &["clean", "all"]);
    }
    program.runs_any_subcommand(command, view, &["clean"]) && command.has_argument(&["all"])
}

/// The cache directory in a release of a distribution; `None` if that is not known.
pub fn cache_directory_in(distribution: &str, release: u32) -> Option<&'static str> {
    Some(match distribution {
        "fedora" if release >= 41 => CACHE_OF_DNF_5,
        "amazonlinux" | "amzn" if release < 2000 => CACHE_OF_YUM,
        "centos" | "oraclelinux" if release <= 7 => CACHE_OF_YUM,
        "fedora" | "amazonlinux" | "amzn" | "centos" | "rockylinux" | "almalinux" | "oraclelinux" | "ubi"
        | "rhel" => CACHE_OF_DNF,
        _ => return None,
    })
}
