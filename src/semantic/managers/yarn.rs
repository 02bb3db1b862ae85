//! Yarn, whatever generation it is.

use super::Verb::{Clean, Configure, Install, Query, Remove, Upgrade};
use super::{Cached, Kept, Manager, Project, language, npm};
use crate::semantic::Program;

pub static YARN: Program = Program {
    names: &["yarn"],
    valued: "cache-folder cwd global-folder modules-folder mutex network-concurrency network-timeout \
        prefix registry use-yarnrc",
    prefixes: &["global", "workspace"],
    ..Program::DEFAULT
};

pub static MANAGERS: &[Manager] = &[Manager {
    name: "yarn",
    program: Program { names: &["yarn", "yarnpkg"], valued: YARN.valued, ..Program::DEFAULT },
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
    project: Project::WithoutPackages,
    kept: &[Kept {
        what: "download cache of yarn",
        filled_by: &[Install, Upgrade],
        folders: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"],
        options: &["cache-folder"],
        variables: &["YARN_CACHE_FOLDER"],
        weight: 30.0,
        ..Kept::DEFAULT
    }],
    cached: Some(Cached {
        manager: "yarn",
        targets: &["/usr/local/share/.cache/yarn"],
        locked: true,
        moved_by: &["YARN_CACHE_FOLDER", "XDG_CACHE_HOME", "npm_config_cache_folder"],
        options: &["cache-folder"],
        emptied_by: &[&["cache", "clean"]],
        ..Cached::DEFAULT
    }),
    manifests: &["yarn.lock"],
    package_name: npm::node_package,
    costs: language::INSTALLS_AND_RUNS,
    ..Manager::DEFAULT
}];
