//! Composer.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{KeptFiles, Manager, MountableCache, ProjectUse, language};
use crate::semantic::ProgramSyntax;

/// Subcommands that empty the cache, and the option that keeps it from being used.
pub(crate) const WITHOUT_CACHE: [&str; 4] = ["clear-cache", "clearcache", "cc", "--no-cache"];

/// Subcommands that fill the cache of downloads.
pub(crate) const FILLS: [&str; 5] = ["install", "i", "update", "require", "create-project"];

pub(crate) static MANAGERS: &[Manager] = &[Manager {
    name: "composer",
    program: ProgramSyntax {
        names: &["composer", "composer.phar"],
        valued: "d working-dir repository stability",
        ..ProgramSyntax::DEFAULT
    },
    verbs: &[
        (
            "install|i|require|r|create-project|global require|global install|dump-autoload|dumpautoload|reinstall",
            Install,
        ),
        ("update|u|upgrade|self-update|selfupdate|global update", Upgrade),
        ("remove|global remove", Remove),
        ("clear-cache|clearcache|cc", Clean),
        ("config|global config", Configure),
        ("show|info|validate|diagnose|outdated|licenses|check-platform-reqs|about|audit", Query),
    ],
    caches: &["~/.composer/cache", "~/.cache/composer", "/tmp/cache"],
    config: &["composer.json", "~/.composer", "~/.config/composer"],
    project: ProjectUse::Always,
    kept: &[KeptFiles {
        what: "download cache of composer",
        filled_by: &[Install, Upgrade],
        directories: &["~/.composer/cache", "~/.cache/composer", "/tmp/cache"],
        options: &["no-cache"],
        variables: &["COMPOSER_CACHE_DIR"],
        weight: 20.0,
        ..KeptFiles::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "composer",
        targets: &["$COMPOSER_HOME/cache"],
        homes: &[("COMPOSER_HOME", "~/.composer")],
        moved_by: &["COMPOSER_CACHE_DIR", "COMPOSER_NO_CACHE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"],
        off: &["--no-cache"],
        emptied_by: &[&["clear-cache"], &["clearcache"], &["cc"]],
        ..MountableCache::DEFAULT
    }),
    manifests: &["composer.json", "composer.lock"],
    starts_over: Some(&["--working-dir", "-d"]),
    costs: language::INSTALLS_AND_RUNS,
    ..Manager::DEFAULT
}];
