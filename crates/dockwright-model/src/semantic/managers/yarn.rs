//! Facts about Yarn, of any generation.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    FilesKeptByManager, LockedInstall, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, language, npm,
};
use crate::semantic::ProgramSyntax;

pub static YARN: ProgramSyntax = ProgramSyntax {
    names: &["yarn"],
    valued: "cache-folder cwd global-folder modules-folder mutex network-concurrency network-timeout \
        prefix registry use-yarnrc",
    prefixes: &["global", "workspace"],
    ..ProgramSyntax::DEFAULT
};

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "yarn",
    program: ProgramSyntax { names: &["yarn", "yarnpkg"], valued: YARN.valued, ..ProgramSyntax::DEFAULT },
    compiles: true,
    verbs: &[
        ("install|add|global add|import|dlx", Install),
        ("upgrade|up|global upgrade|set version", Upgrade),
        ("remove|global remove|autoclean", Remove),
        ("cache clean|cache", Clean),
        ("config", Configure),
        ("list|info|why|outdated|versions|licenses|bin|global bin|help|check|audit", Query),
    ],
    bare: Some(Install),
    caches: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"],
    config: &["~/.yarnrc", "~/.yarnrc.yml", ".yarnrc", ".yarnrc.yml"],
    project: ProjectUse::WithoutPackages,
    kept: &[FilesKeptByManager {
        what: "download cache of yarn",
        filled_by: &[Install, Upgrade],
        directories: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"],
        options: &["cache-folder"],
        variables: &["YARN_CACHE_FOLDER"],
        weight: 30.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "yarn",
        targets: &["/usr/local/share/.cache/yarn"],
        locked: true,
        moved_by: &["YARN_CACHE_FOLDER", "XDG_CACHE_HOME", "npm_config_cache_folder"],
        options: &["cache-folder"],
        emptied_by: &[&["cache", "clean"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["", "install"],
        usual_files: &["package.json", "yarn.lock"],
        elsewhere: &["cwd", "global", "modules-folder"],
        locked: Some(LockedInstall {
            locks: &["yarn.lock"],
            call: "yarn install --frozen-lockfile",
            options: &[
                "--frozen-lockfile",
                "--immutable",
                "--pure-lockfile",
                "--no-lockfile",
                "--update-checksums",
                "global",
            ],
        }),
        production: Some(ProductionInstall {
            manifest: "package.json",
            flags: &["--production", "--prod", "focus"],
            variables: npm::PRODUCTION_VARIABLES,
            advice: ProductionAdvice::Flag("--production"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: npm::node_modules,
    manifests: &["yarn.lock"],
    starts_over: Some(&["--cwd"]),
    package_name: npm::node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];
