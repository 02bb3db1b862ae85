//! Facts about Composer.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    FetchCall, FilesKeptByManager, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, Verb, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{PathSet, may_be_set};
use crate::shell::ShellCommand;

/// Subcommands that delete the cache, and the option that disables it.
pub const WITHOUT_CACHE: [&str; 4] = ["clear-cache", "clearcache", "cc", "--no-cache"];

/// Subcommands that fill the download cache.
pub const FILLS: [&str; 5] = ["install", "i", "update", "require", "create-project"];

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
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
    kept: &[FilesKeptByManager {
        what: "download cache of composer",
        filled_by: &[Install, Upgrade],
        directories: &["~/.composer/cache", "~/.cache/composer", "/tmp/cache"],
        options: &["no-cache"],
        variables: &["COMPOSER_CACHE_DIR"],
        weight: 20.0,
        ..FilesKeptByManager::DEFAULT
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
    install: Some(ProjectInstallSyntax {
        subcommands: &["install", "i"],
        usual_files: &["composer.json", "composer.lock"],
        fetch: FetchCall::With(&["--no-scripts", "--no-autoloader"]),
        elsewhere: &["d", "working-dir"],
        production: Some(ProductionInstall {
            manifest: "composer.json",
            flags: &["--no-dev"],
            variables: &[("COMPOSER_NO_DEV", "1")],
            advice: ProductionAdvice::Flag("--no-dev"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: vendor_directory,
    manifests: &["composer.json", "composer.lock"],
    starts_over: Some(&["--working-dir", "-d"]),
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];

/// The directory that an install creates.
fn vendor_directory(command: &ShellCommand, verb: Option<Verb>) -> PathSet {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let subcommand = command.operands().next().map_or("", |word| word.text.as_str());
    let installs = matches!(subcommand, "install" | "i" | "require" | "r" | "update" | "u" | "upgrade");
    let elsewhere = has(&["d", "working-dir", "dry-run", "no-install", "download-only"])
        || may_be_set(command, "COMPOSER_VENDOR_DIR");
    if matches!(verb, Some(Install | Upgrade)) && installs && !elsewhere {
        PathSet::from_path("vendor")
    } else {
        PathSet::None
    }
}
