//! Facts about Maven.

use super::Verb::{Build, Install};
use super::{
    FetchCall, MountableCache, PackageManager, ProjectBuild, ProjectInstallSyntax, ProjectUse, Verb, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::PathSet;
use crate::shell::ShellCommand;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "maven",
    program: ProgramSyntax {
        names: &["mvn"],
        valued: "f file s settings gs global-settings P activate-profiles pl projects D T threads t toolchains l log-file rf resume-from",
        ..ProgramSyntax::DEFAULT
    },
    verbs: &[
        (
            "dependency:go-offline|dependency:resolve|dependency:resolve-plugins|dependency:get|dependency:copy|dependency:copy-dependencies",
            Install,
        ),
        (
            "package|install|verify|compile|clean|test|test-compile|process-resources|validate|versions:set|help:evaluate",
            Build,
        ),
    ],
    caches: &["~/.m2/repository"],
    config: &["~/.m2", "/usr/share/maven"],
    project: ProjectUse::Always,
    cached: Some(MountableCache {
        manager: "maven",
        verbs: &[Install, Build],
        targets: &["~/.m2/repository", "~/.m2/wrapper"],
        locked: true,
        moved_by: &["maven.repo.local"],
        options: &["gs", "global-settings", "s", "settings"],
        wrappers: &["mvnw", "./mvnw"],
        needed_by: &["mvn", "mvnw", "./mvnw"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        usual_files: &["pom.xml"],
        fetch: FetchCall::Other("mvn -B dependency:go-offline"),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: target_directory,
    manifests: &["pom.xml"],
    build: Some(ProjectBuild {
        wrappers: &["mvnw"],
        fetches: &["go-offline", "resolve", "resolve-plugins", "resolve-dependencies"],
        ..ProjectBuild::DEFAULT
    }),
    costs: language::COMPILES,
    ..PackageManager::DEFAULT
}];

/// The directory that a build creates.
fn target_directory(command: &ShellCommand, _: Option<Verb>) -> PathSet {
    const PHASES: [&str; 6] = ["compile", "test", "package", "verify", "install", "deploy"];
    let builds = command.operands().any(|word| PHASES.contains(&word.text.as_str()));
    let elsewhere = ["f", "file", "pl", "projects"].iter().any(|flag| command.has_flag(flag));
    if builds && !elsewhere { PathSet::from_path("target") } else { PathSet::None }
}
