//! Facts about Poetry.

use super::Verb::{Build, Clean, Configure, Install, Query, Remove, Upgrade};
use super::{
    FetchCall, FilesKeptByManager, MountableCache, PackageManager, ProductionAdvice, ProductionInstall,
    ProjectInstallSyntax, ProjectUse, language, pip,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::invocation::WrapperSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "poetry",
    program: ProgramSyntax {
        names: &["poetry"],
        valued: "C directory P project with without only E extras o output f format G group",
        ..ProgramSyntax::DEFAULT
    },
    is_module: true,
    compiles: true,
    verbs: &[
        ("install|add|sync|self add|self install", Install),
        ("update|self update", Upgrade),
        ("remove|self remove", Remove),
        ("config|source add|env use", Configure),
        ("cache clear", Clean),
        ("export|lock|build", Build),
        ("check|show|version|env info|about", Query),
    ],
    caches: &["~/.cache/pypoetry"],
    config: &["~/.config/pypoetry", "poetry.toml", "pyproject.toml"],
    project: ProjectUse::Always,
    runs: Some(WrapperSyntax {
        valued: "C directory P project",
        subcommand: Some("run"),
        ..WrapperSyntax::DEFAULT
    }),
    kept: &[FilesKeptByManager {
        what: "download cache of poetry",
        filled_by: &[Install, Upgrade],
        directories: &["~/.cache/pypoetry"],
        options: &["no-cache"],
        variables: &["POETRY_NO_CACHE"],
        weight: 20.0,
        ..FilesKeptByManager::DEFAULT
    }],
    // The rest of the directory holds the virtual environments.
    cached: Some(MountableCache {
        manager: "poetry",
        targets: &["~/.cache/pypoetry/cache", "~/.cache/pypoetry/artifacts"],
        moved_by: &["POETRY_CACHE_DIR", "XDG_CACHE_HOME"],
        off: &["--no-cache"],
        emptied_by: &[&["cache", "clear"]],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["install"],
        usual_files: &["pyproject.toml", "poetry.lock"],
        fetch: FetchCall::With(&["--no-root"]),
        elsewhere: &["C", "directory", "P", "project"],
        production: Some(ProductionInstall {
            manifest: "pyproject.toml",
            flags: &["--only", "--without", "--no-dev"],
            variables: &[],
            advice: ProductionAdvice::Flag("--only main"),
        }),
        ..ProjectInstallSyntax::DEFAULT
    }),
    manifests: &["pyproject.toml", "poetry.lock"],
    starts_over: Some(&["--directory", "--project", "-C", "-P"]),
    package_name: pip::python_package,
    costs: language::INSTALLS,
    ..PackageManager::DEFAULT
}];
