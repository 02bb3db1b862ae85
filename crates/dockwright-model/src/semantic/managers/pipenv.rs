//! Facts about Pipenv.

use super::Verb::{Download, Install, Query, Remove, Upgrade};
use super::{
    FilesKeptByManager, MountableCache, PackageManager, ProjectInstallSyntax, ProjectUse, language, pip,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::invocation::WrapperSyntax;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "pipenv",
    program: ProgramSyntax {
        names: &["pipenv"],
        valued: "python categories r index i extra-pip-args",
        ..ProgramSyntax::DEFAULT
    },
    is_module: true,
    compiles: true,
    verbs: &[
        ("install|sync|upgrade", Install),
        ("update", Upgrade),
        ("uninstall", Remove),
        ("lock", Download),
        ("graph|requirements|check|verify", Query),
    ],
    caches: &["~/.cache/pipenv", "~/.cache/pip"],
    project: ProjectUse::Always,
    runs: Some(WrapperSyntax { valued: "python", subcommand: Some("run"), ..WrapperSyntax::DEFAULT }),
    kept: &[FilesKeptByManager {
        what: "download cache of pipenv",
        filled_by: &[Install, Upgrade],
        directories: &["~/.cache/pipenv"],
        weight: 20.0,
        ..FilesKeptByManager::DEFAULT
    }],
    cached: Some(MountableCache {
        manager: "pipenv",
        targets: &["~/.cache/pipenv"],
        moved_by: &["PIPENV_CACHE_DIR", "XDG_CACHE_HOME"],
        off_by: &["PIP_NO_CACHE_DIR"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["install", "sync"],
        usual_files: &["Pipfile", "Pipfile.lock"],
        ..ProjectInstallSyntax::DEFAULT
    }),
    manifests: &["Pipfile", "Pipfile.lock"],
    starts_over: Some(&[]),
    package_name: pip::python_package,
    costs: language::INSTALLS,
    ..PackageManager::DEFAULT
}];
