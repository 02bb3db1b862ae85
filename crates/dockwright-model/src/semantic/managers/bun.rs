//! Facts about Bun.

use super::Verb::{Clean, Install, Query, Remove, Upgrade};
use super::{
    FilesKeptByManager, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, language, npm,
};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "bun",
    program: ProgramSyntax {
        names: &["bun"],
        valued: "cwd registry c config cache-dir backend filter",
        ..ProgramSyntax::DEFAULT
    },
    verbs: &[
        ("install|i|add|link", Install),
        ("update|upgrade", Upgrade),
        ("remove|rm", Remove),
        ("pm cache", Clean),
        ("pm|outdated", Query),
    ],
    caches: &["~/.bun/install/cache"],
    config: &["bunfig.toml", "~/.bunfig.toml"],
    project: ProjectUse::WithoutPackages,
    kept: &[FilesKeptByManager {
        what: "download cache of bun",
        filled_by: &[Install, Upgrade],
        directories: &["~/.bun/install/cache"],
        options: &["no-cache"],
        weight: 30.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "bun",
        targets: &["~/.bun/install/cache"],
        locked: true,
        moved_by: &["BUN_INSTALL_CACHE_DIR", "BUN_INSTALL", "XDG_CACHE_HOME"],
        off: &["--no-cache"],
        options: &["cache-dir"],
        emptied_by: &[&["pm", "cache"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["install", "i"],
        usual_files: &["package.json", "bun.lock"],
        elsewhere: &["cwd", "g", "global", "F", "filter"],
        production: Some(ProductionInstall {
            manifest: "package.json",
            flags: &["--production", "-p", "--omit"],
            variables: npm::PRODUCTION_VARIABLES,
            advice: ProductionAdvice::Flag("--production"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: npm::node_modules,
    manifests: &["bun.lock", "bun.lockb"],
    starts_over: Some(&["--cwd"]),
    package_name: npm::node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];
