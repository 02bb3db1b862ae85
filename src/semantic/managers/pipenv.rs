//! Pipenv.

use super::Verb::{Download, Install, Query, Remove, Upgrade};
use super::{Cached, Kept, Manager, Project, language, pip};
use crate::semantic::Program;
use crate::semantic::invocation::Runs;

pub static MANAGERS: &[Manager] = &[Manager {
    name: "pipenv",
    program: Program {
        names: &["pipenv"],
        valued: "python categories r index i extra-pip-args",
        ..Program::DEFAULT
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
    project: Project::Always,
    runs: Some(Runs { valued: "python", subcommand: Some("run"), ..Runs::DEFAULT }),
    kept: &[Kept {
        what: "download cache of pipenv",
        filled_by: &[Install, Upgrade],
        folders: &["~/.cache/pipenv"],
        weight: 20.0,
        ..Kept::DEFAULT
    }],
    cached: Some(Cached {
        manager: "pipenv",
        targets: &["~/.cache/pipenv"],
        moved_by: &["PIPENV_CACHE_DIR", "XDG_CACHE_HOME"],
        off_by: &["PIP_NO_CACHE_DIR"],
        ..Cached::DEFAULT
    }),
    manifests: &["Pipfile", "Pipfile.lock"],
    package_name: pip::python_package,
    costs: language::INSTALLS,
    ..Manager::DEFAULT
}];
