//! Poetry.

use super::Verb::{Build, Clean, Configure, Install, Query, Remove, Upgrade};
use super::{Cached, Kept, Manager, Project, language, pip};
use crate::semantic::Program;
use crate::semantic::invocation::Runs;

pub static MANAGERS: &[Manager] = &[Manager {
    name: "poetry",
    program: Program {
        names: &["poetry"],
        valued: "C directory P project with without only E extras o output f format G group",
        ..Program::DEFAULT
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
    project: Project::Always,
    runs: Some(Runs { valued: "C directory P project", subcommand: Some("run"), ..Runs::DEFAULT }),
    kept: &[Kept {
        what: "download cache of poetry",
        filled_by: &[Install, Upgrade],
        folders: &["~/.cache/pypoetry"],
        options: &["no-cache"],
        variables: &["POETRY_NO_CACHE"],
        weight: 20.0,
        ..Kept::DEFAULT
    }],
    // The rest of the folder holds the environments themselves.
    cached: Some(Cached {
        manager: "poetry",
        targets: &["~/.cache/pypoetry/cache", "~/.cache/pypoetry/artifacts"],
        moved_by: &["POETRY_CACHE_DIR", "XDG_CACHE_HOME"],
        off: &["--no-cache"],
        emptied_by: &[&["cache", "clear"]],
        ..Cached::DEFAULT
    }),
    manifests: &["pyproject.toml", "poetry.lock"],
    package_name: pip::python_package,
    costs: language::INSTALLS,
    ..Manager::DEFAULT
}];
