//! Facts about apk, the package manager of Alpine and Wolfi.

use super::Verb::{Clean, Download, Install, Query, Remove, Update, Upgrade};
use super::{DistributionFamily, FilesKeptByManager, MountableCache, PackageManager, system};
use crate::semantic::ProgramSyntax;
use crate::shell::ShellWord;

/// The name of what `apk add` keeps, for [`FilesKeptByManager::what`] and reports.
pub const PACKAGE_INDEX: &str = "package index of apk";

pub static APK: ProgramSyntax = ProgramSyntax {
    names: &["apk"],
    valued: "t virtual X repository p root arch cache-dir cache-max-age keys-dir progress-fd \
        repositories-file timeout wait",
    valued_in_hadolint: "t virtual repository X",
    ..ProgramSyntax::DEFAULT
};

pub const CACHE: &str = "/var/cache/apk";

/// The content of that directory.
pub const ALL_OF_CACHE: &str = "/var/cache/apk/*";

/// If this is a link to a directory, packages are kept there.
pub const LINK: &str = "/etc/apk/cache";

pub const MAKE_LINK: &str = "ln -s /var/cache/apk /etc/apk/cache";
pub const REMOVE_LINK: &str = "rm /etc/apk/cache";

/// The next word is the name of a virtual package, with which the packages can be deleted.
pub const VIRTUAL: [&str; 2] = ["--virtual", "-t"];

/// The name of the virtual package that a call of `apk add` creates, and the word that contains the name: `--virtual
/// NAME`, `--virtual=NAME`, `-t NAME`.
pub fn virtual_package(words: &[ShellWord]) -> Option<(&str, &ShellWord)> {
    let joined = words.iter().find_map(|word| Some((word.text.strip_prefix("--virtual=")?, word)));
    let after_flag = words.windows(2).find_map(|pair| match pair {
        [flag, name] if VIRTUAL.contains(&flag.text.as_str()) => Some((name.text.as_str(), name)),
        _ => None,
    });
    joined.or(after_flag)
}

/// The option that fetches the index and keeps nothing.
pub const NO_CACHE: &str = "--no-cache";

/// The options that fetch the index first and keep it.
pub const FRESH: [&str; 3] = ["--update", "-U", "--update-cache"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "apk",
    program: ProgramSyntax { names: APK.names, valued: APK.valued, ..ProgramSyntax::DEFAULT },
    family: Some(DistributionFamily::Apk),
    verbs: &[
        ("add|fix", Install),
        ("del", Remove),
        ("update", Update),
        ("upgrade", Upgrade),
        ("cache", Clean),
        ("fetch", Download),
        ("info|search|version|policy|list|audit|stats|dot|manifest|verify", Query),
    ],
    caches: &[CACHE, LINK],
    kept: &[FilesKeptByManager {
        what: PACKAGE_INDEX,
        filled_by: &[Update, Install, Upgrade],
        directories: &[CACHE],
        options: &["no-cache"],
        weight: 2.0,
        ..FilesKeptByManager::DEFAULT
    }],
    // apk keeps packages only in a directory to which `LINK` points.
    cached: Some(MountableCache {
        manager: "apk",
        verbs: &[Install, Upgrade, Update],
        targets: &[CACHE],
        locked: true,
        system: true,
        off: &[NO_CACHE],
        options: &["root", "p", "cache-dir"],
        emptied_by: &[&["cache", "clean"], &["cache", "purge"]],
        fresh: Some("-U"),
        ..MountableCache::DEFAULT
    }),
    config: &["/etc/apk"],
    package_name: |text| {
        text.trim_start_matches('!').split(['=', '~', '<', '>', '@']).next().unwrap_or_default()
    },
    is_version: |rest| rest.starts_with(['=', '~', '<', '>', '@']),
    clean_install: Some("apk add --no-cache PACKAGES"),
    costs: system::QUICK,
    ..PackageManager::DEFAULT
}];

/// Whether the word has a version, or is a file. hadolint treats `!name`, which excludes a package, as one without a
/// version.
pub fn is_pinned(package: &str, exclusions_are_packages: bool) -> bool {
    package.contains(['=', '~', '>', '<'])
        || package.ends_with(".apk")
        || (!exclusions_are_packages && package.starts_with('!'))
}
