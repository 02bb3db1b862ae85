//! Facts about Cargo.

use super::Verb::{Build, Install, Query, Remove, Upgrade};
use super::{MountableCache, PackageManager, ProjectBuild, ProjectInstallSyntax, ProjectUse, Verb, language};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::{PathSet, may_be_set};
use crate::shell::ShellCommand;

pub static CARGO: ProgramSyntax = ProgramSyntax {
    names: &["cargo"],
    valued: "p package j jobs F features target target-dir manifest-path Z config profile bin example test bench version git branch tag rev path root index registry color message-format vers recipe-path",
    ..ProgramSyntax::DEFAULT
};

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "cargo",
    program: ProgramSyntax { names: CARGO.names, valued: CARGO.valued, ..ProgramSyntax::DEFAULT },
    compiles: true,
    verbs: &[
        ("install|binstall|fetch|add|vendor", Install),
        ("update|upgrade", Upgrade),
        ("uninstall|remove|clean", Remove),
        ("build|b|rustc|check|c|generate-lockfile|init|new|package|doc|chef prepare|chef cook", Build),
        ("metadata|tree|search|version|locate-project|pkgid|help", Query),
    ],
    caches: &["/usr/local/cargo/registry", "/usr/local/cargo/git", "~/.cargo/registry", "~/.cargo/git"],
    config: &["~/.cargo/config", "~/.cargo/config.toml", ".cargo"],
    project: ProjectUse::WithoutPackages,
    files: &["path"],
    cached: Some(MountableCache {
        manager: "cargo",
        verbs: &[Install, Build],
        targets: &["$CARGO_HOME/registry", "$CARGO_HOME/git"],
        homes: &[("CARGO_HOME", "~/.cargo")],
        needed_by: &["cargo"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        subcommands: &["build", "b", "rustc", "check", "c"],
        elsewhere: &["manifest-path", "C"],
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: target_directory,
    manifests: &["Cargo.toml", "Cargo.lock"],
    build: Some(ProjectBuild {
        fetches: &["fetch", "vendor"],
        compiles_dependencies: &["cook"],
        offline: &["prepare", "init", "new"],
        ..ProjectBuild::DEFAULT
    }),
    costs: language::COMPILES_LONG,
    ..PackageManager::DEFAULT
}];

/// The directory that a build creates.
fn target_directory(command: &ShellCommand, _: Option<Verb>) -> PathSet {
    const BUILDS: [&str; 11] = ["build", "b", "check", "c", "rustc", "doc", "test", "t", "run", "r", "bench"];
    let builds = command.operands().next().is_some_and(|word| BUILDS.contains(&word.text.as_str()));
    let elsewhere = ["target-dir", "manifest-path", "C"].iter().any(|flag| command.has_flag(flag))
        || may_be_set(command, "CARGO_TARGET_DIR");
    if builds && !elsewhere { PathSet::from_path("target") } else { PathSet::None }
}
