//! Facts about apt, with its three programs: `apt-get`, `apt`, `aptitude`.

use super::Verb::{Clean, Download, Install, Query, Remove, Update, Upgrade};
use super::{DistributionFamily, FilesKeptByManager, MountableCache, PackageManager, system};
use crate::semantic::effects::{Effects, PathSet};
use crate::semantic::{ProgramCall, ProgramSyntax, View};
use crate::shell::ShellCommand;

/// The program for scripts, and the only one that hadolint's rules check.
pub static APT_GET: ProgramSyntax = ProgramSyntax {
    names: &["apt-get"],
    valued: "t target-release default-release o option c config-file a host-architecture P build-profiles \
        solver planner",
    valued_in_hadolint: "t target-release",
    ..ProgramSyntax::DEFAULT
};

/// All programs of apt.
pub const NAMES: [&str; 3] = ["apt-get", "apt", "aptitude"];

/// The programs with a command that also deletes the lists (since apt 2.9).
pub const WITH_DISTCLEAN: [&str; 2] = ["apt", "apt-get"];

pub const DISTCLEAN: [&str; 2] = ["distclean", "dist-clean"];

/// Subcommands that `apt` and `apt-get` have in common.
pub const CALLED_ALIKE: [&str; 13] = [
    "update",
    "remove",
    "purge",
    "autoremove",
    "clean",
    "autoclean",
    "dist-upgrade",
    "build-dep",
    "source",
    "download",
    "changelog",
    "satisfy",
    "install",
];

/// Other subcommands of `apt`, and their equivalents: a program and its words.
pub const CALLED_OTHERWISE: [(&str, &str, &str); 7] = [
    ("upgrade", "apt-get", "upgrade --with-new-pkgs"),
    ("full-upgrade", "apt-get", "dist-upgrade"),
    ("autopurge", "apt-get", "autoremove --purge"),
    ("reinstall", "apt-get", "install --reinstall"),
    ("policy", "apt-cache", "policy"),
    ("depends", "apt-cache", "depends"),
    ("rdepends", "apt-cache", "rdepends"),
];

/// Subcommands that upgrade installed packages.
pub const UPGRADE: [&str; 3] = ["upgrade", "dist-upgrade", "full-upgrade"];

/// Options of `apt-get` that only print what would be done.
pub const SIMULATE: [&str; 6] = ["s", "simulate", "just-print", "dry-run", "recon", "no-act"];

/// Options of `apt-get` that also remove automatically installed packages that nothing needs any more.
const AUTO_REMOVE: [&str; 2] = ["--auto-remove", "--autoremove"];

/// Whether the command also removes packages that are marked as automatically installed.
pub fn removes_automatic_packages(command: &ShellCommand) -> bool {
    command.is_any(&NAMES)
        && (command.has_argument(&["autoremove", "autopurge"])
            || command.has_argument(&REMOVALS) && command.has_argument(&AUTO_REMOVE))
}

/// Whether the command marks an installed package as automatically installed, or may do so. Its operands are patterns,
/// or come from another command: `apt-mark auto '.*'`, `xargs apt-mark auto`.
pub fn may_mark_automatic(command: &ShellCommand, package: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | ':');
    let mut operands = command.operands().map(|word| word.text.as_str());
    if !command.is("apt-mark") || operands.next() != Some("auto") {
        return false;
    }
    let mut operands = operands.peekable();
    operands.peek().is_none() || operands.any(|word| word == package || !word.chars().all(is_plain))
}

/// Whether a subcommand works without the package lists.
pub fn works_without_lists(subcommand: &str) -> bool {
    REMOVALS.contains(&subcommand)
        || DISTCLEAN.contains(&subcommand)
        || matches!(subcommand, "clean" | "autoclean")
}

/// Subcommands that remove packages.
pub const REMOVALS: [&str; 4] = ["remove", "purge", "autoremove", "autopurge"];

/// Programs that look up packages in the existing lists, directly or through apt.
pub const USERS_OF_LISTS: [&str; 10] = [
    "apt",
    "apt-get",
    "aptitude",
    "apt-cache",
    "apt-build",
    "gdebi",
    "mk-build-deps",
    "tasksel",
    "xx-apt",
    "xx-apt-get",
];

/// Subcommands of `apt` and `apt-get` with options that fetch the lists first. Debian has these options since trixie
/// (apt 3.0); older versions reject them. `-U` of aptitude means something else.
const UPDATING_FIRST: [&str; 10] = [
    "install",
    "reinstall",
    "upgrade",
    "dist-upgrade",
    "full-upgrade",
    "dselect-upgrade",
    "remove",
    "purge",
    "autoremove",
    "autopurge",
];

/// Settings for `-o` with the same effect.
const UPDATE_SETTINGS: [&str; 3] = ["APT::Update=true", "APT::Update=1", "APT::Update=yes"];

/// Whether the command is an install, upgrade or removal that fetches the lists first: `apt-get install --update`.
pub fn updates_lists_first(command: &ShellCommand) -> bool {
    let reads_option = command.is_any(&WITH_DISTCLEAN)
        && command.operands().any(|word| UPDATING_FIRST.contains(&word.text.as_str()));
    let words = command.arguments();
    let named = words.iter().rev().find_map(|word| match word.text.as_str() {
        "--update" | "--update=true" | "--update=yes" => Some(true),
        "--update=false" | "--update=no" | "--no-update" => Some(false),
        // The rest of the word after these letters is their value.
        short if !short.starts_with("--") => {
            short.strip_prefix('-')?.split(['o', 'c', 't', 'a', 'P']).next()?.contains('U').then_some(true)
        }
        _ => None,
    });
    let is_set = || {
        words.iter().any(|word| {
            let setting = word.text.trim_start_matches("--option=").trim_start_matches("-o");
            UPDATE_SETTINGS.contains(&setting)
        })
    };
    reads_option && named.unwrap_or_else(is_set)
}

/// A call of `apt-get`, or of `apt`, which takes the same options and installs the same packages.
pub fn read_apt_call(command: &ShellCommand, view: View) -> Option<ProgramCall<'_>> {
    APT_GET
        .read(command, view)
        .or_else(|| command.is("apt").then(|| APT_GET.read_call_under_any_name(command, view)))
}

/// Whether the command fetches the lists.
pub fn fetches_lists(command: &ShellCommand) -> bool {
    command.is_any(&NAMES) && command.has_argument(&["update"]) || updates_lists_first(command)
}

pub const LISTS: &str = "/var/lib/apt/lists";

/// The content of that directory.
pub const ALL_LISTS: &str = "/var/lib/apt/lists/*";

/// The directory that holds the lists.
pub const STATE: &str = "/var/lib/apt";

pub const PACKAGES: &str = "/var/cache/apt";

pub const REMOVE_LISTS: &str = "rm -rf /var/lib/apt/lists/*";

pub const NO_RECOMMENDS: &str = "--no-install-recommends";

/// Settings for `-o` that exclude recommended packages.
pub const NO_RECOMMENDS_SETTINGS: [&str; 2] = ["APT::Install-Recommends=false", "APT::Install-Recommends=0"];

/// Options that confirm without a prompt.
pub const YES: [&str; 3] = ["y", "yes", "assume-yes"];

/// Settings for `-o` with the same effect.
pub const YES_SETTINGS: [&str; 2] = ["APT::Get::Assume-Yes=true", "APT::Get::Assume-Yes=1"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "apt",
    program: ProgramSyntax { names: &NAMES, valued: APT_GET.valued, ..ProgramSyntax::DEFAULT },
    family: Some(DistributionFamily::Apt),
    verbs: &[
        ("update", Update),
        ("install|reinstall|build-dep|satisfy", Install),
        ("upgrade|dist-upgrade|full-upgrade|safe-upgrade", Upgrade),
        ("remove|purge|autoremove|autopurge", Remove),
        ("clean|autoclean|distclean|dist-clean", Clean),
        ("download|source", Download),
        ("show|list|search|policy|changelog|check|depends|rdepends|indextargets", Query),
    ],
    programs: &[
        ("apt-cache", query_effects),
        ("apt-config", query_effects),
        ("apt-file", query_effects),
        ("apt-mark", |_| Some(Effects::with_writes(PathSet::from_paths(&[STATE, "/var/lib/dpkg"])))),
    ],
    only_downloads: &["download-only", "d"],
    caches: &[LISTS, PACKAGES],
    kept: &[
        FilesKeptByManager {
            what: "package lists of apt",
            filled_by: &[Update],
            also_filled_by: updates_lists_first,
            directories: &[LISTS],
            emptied_by: &[],
            emptied_by_words: &DISTCLEAN,
            measured: Some("apt-lists"),
            weight: 20.0,
            ..FilesKeptByManager::DEFAULT
        },
        FilesKeptByManager {
            what: "downloaded packages of apt",
            filled_by: &[Install, Upgrade, Download],
            directories: &[PACKAGES],
            emptied_in: &["debian", "ubuntu"],
            weight: 20.0,
            ..FilesKeptByManager::DEFAULT
        },
    ],
    cached: Some(MountableCache {
        manager: "apt",
        verbs: &[Install, Upgrade, Update],
        targets: &[PACKAGES, LISTS],
        locked: true,
        system: true,
        moved_by: &["APT_CONFIG"],
        emptied_by: &[&["clean"], &["autoclean"], &["distclean"], &["dist-clean"]],
        ..MountableCache::DEFAULT
    }),
    config: &["/etc/apt"],
    package_name: |text| text.split(['=', '/', ':']).next().unwrap_or_default(),
    is_version: |rest| rest.starts_with(['=', '/']),
    clean_install: Some(
        "apt-get update && apt-get install -y --no-install-recommends PACKAGES && rm -rf /var/lib/apt/lists/*",
    ),
    costs: system::COSTS,
    ..PackageManager::DEFAULT
}];

/// Programs that read the list of installed packages.
#[expect(clippy::unnecessary_wraps, reason = "it is one of several functions of this type")]
pub(super) fn query_effects(_: &ShellCommand) -> Option<Effects> {
    Some(Effects::with_reads(PathSet::from_paths(&["/etc/apt", STATE, PACKAGES, "/var/lib/dpkg"])))
}

/// Whether the word has a version or a release, or is a file. hadolint treats `name-`, which removes a package, as
/// one without a version.
pub fn is_pinned(package: &str, exclusions_are_packages: bool) -> bool {
    package.contains(['=', '/'])
        || package.ends_with(".deb")
        || (!exclusions_are_packages && package.ends_with('-'))
}
