//! Facts about pnpm.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    LockedInstall, MountableCache, PackageManager, ProductionAdvice, ProductionInstall, ProjectInstallSyntax,
    ProjectUse, language, npm,
};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pnpm",
    program: ProgramSyntax {
        names: &["pnpm"],
        valued: "C dir store-dir F filter registry reporter loglevel",
        ..ProgramSyntax::DEFAULT
    },
    compiles: true,
    verbs: &[
        ("install|i|add|fetch|rebuild|link|env use", Install),
        ("update|up|upgrade", Upgrade),
        ("remove|rm|uninstall|un|prune", Remove),
        ("store prune", Clean),
        ("config|setup", Configure),
        ("list|ls|outdated|why|root|bin|store path|licenses|audit", Query),
    ],
    caches: &["~/.local/share/pnpm/store", "~/.cache/pnpm"],
    config: &["~/.npmrc", ".npmrc", "~/.bashrc"],
    project: ProjectUse::WithoutPackages,
    cached: Some(MountableCache {
        manager: "pnpm",
        targets: &["$PNPM_HOME/store"],
        homes: &[("PNPM_HOME", "~/.local/share/pnpm")],
        moved_by: &["npm_config_store_dir", "NPM_CONFIG_STORE_DIR", "XDG_DATA_HOME"],
        options: &["store-dir"],
        emptied_by: &[&["store", "prune"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["install", "i"],
        usual_files: &["package.json", "pnpm-lock.yaml"],
        elsewhere: &["C", "dir", "g", "global", "w", "workspace-root", "F", "filter", "modules-dir"],
        locked: Some(LockedInstall {
            locks: &["pnpm-lock.yaml"],
            call: "pnpm install --frozen-lockfile",
            options: &["--frozen-lockfile", "--no-frozen-lockfile", "--offline", "-g", "--global"],
        }),
        production: Some(ProductionInstall {
            manifest: "package.json",
            flags: &["--prod", "-P", "--production"],
            variables: npm::PRODUCTION_VARIABLES,
            advice: ProductionAdvice::Flag("--prod"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: npm::node_modules,
    manifests: &["pnpm-lock.yaml", "pnpm-workspace.yaml"],
    starts_over: Some(&["--dir", "-C"]),
    package_name: npm::node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..PackageManager::DEFAULT
}];
