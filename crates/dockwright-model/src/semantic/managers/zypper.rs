//! Facts about zypper, the package manager of SUSE.

use super::Verb::{Clean, Configure, Download, Install, Query, Remove, Update, Upgrade};
use super::{DistributionFamily, FilesKeptByManager, MountableCache, PackageManager, system};
use crate::semantic::ProgramSyntax;

pub static ZYPPER: ProgramSyntax = ProgramSyntax {
    names: &["zypper"],
    valued: "C D R c cache-dir capability config from installroot p plus-content plus-repo pkg-cache-dir \
        r raw-cache-dir releasever repo reposd-dir root solv-cache-dir t type",
    ..ProgramSyntax::DEFAULT
};

pub const INSTALL: [&str; 2] = ["install", "in"];

pub const CLEAN: [&str; 2] = ["clean", "cc"];

/// Subcommands that replace the whole distribution.
pub const DIST_UPGRADE: [&str; 2] = ["dist-upgrade", "dup"];

/// Subcommands that ask for confirmation before they change anything.
pub const ASKS: [&str; 7] = ["install", "in", "remove", "rm", "source-install", "si", "patch"];

/// Options that confirm without a prompt.
pub const YES: [&str; 4] = ["non-interactive", "n", "no-confirm", "y"];

pub const CACHE: &str = "/var/cache/zypp";

/// The content of that directory.
pub const ALL_OF_CACHE: &str = "/var/cache/zypp/*";

/// Subcommands that change the settings of a repository.
pub const MODIFY_REPOSITORY: [&str; 2] = ["modifyrepo", "mr"];

/// The option that keeps the packages of a repository: its letter, and its long name.
pub const KEEP_PACKAGES: (&str, &str) = ("k", "keep-packages");

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "zypper",
    program: ProgramSyntax { names: ZYPPER.names, valued: ZYPPER.valued, ..ProgramSyntax::DEFAULT },
    family: Some(DistributionFamily::Zypper),
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
    only_downloads: &["download-only", "d"],
    caches: &[CACHE],
    kept: &[FilesKeptByManager {
        what: "metadata of zypper",
        filled_by: &[Update, Install, Upgrade],
        directories: &[CACHE],
        weight: 30.0,
        ..FilesKeptByManager::DEFAULT
    }],
    // Downloads are kept only for repositories with that setting.
    cached: Some(MountableCache {
        manager: "zypper",
        verbs: &[Install, Upgrade, Update],
        targets: &[CACHE],
        locked: true,
        system: true,
        options: &["root", "R", "installroot", "cache-dir", "C", "pkg-cache-dir"],
        ..MountableCache::DEFAULT
    }),
    config: &["/etc/zypp"],
    package_name: |text| text.split(['=', '<', '>']).next().unwrap_or_default(),
    is_version: |rest| rest.starts_with(['=', '<', '>']),
    costs: system::COSTS,
    ..PackageManager::DEFAULT
}];

/// Whether the word has a version or a range, or is a file. hadolint treats `!name`, which removes a package, as one
/// without a version.
pub fn is_pinned(package: &str, exclusions_are_packages: bool) -> bool {
    package.contains(['=', '>', '<'])
        || package.ends_with(".rpm")
        || (!exclusions_are_packages && package.starts_with('!'))
}
