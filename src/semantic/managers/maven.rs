//! Maven.

use super::Verb::{Build, Install};
use super::{Manager, MountableCache, ProjectBuild, ProjectUse, language};
use crate::semantic::ProgramSyntax;

pub(crate) static MANAGERS: &[Manager] = &[Manager {
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
    manifests: &["pom.xml"],
    build: Some(ProjectBuild {
        wrappers: &["mvnw"],
        fetches: &["go-offline", "resolve", "resolve-plugins", "resolve-dependencies"],
        ..ProjectBuild::DEFAULT
    }),
    costs: language::COMPILES,
    ..Manager::DEFAULT
}];
