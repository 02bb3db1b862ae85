//! Maven.

use super::Verb::{Build, Install};
use super::{Cached, Manager, Project, language};
use crate::semantic::Program;

pub static MANAGERS: &[Manager] = &[Manager {
    name: "maven",
    program: Program {
        names: &["mvn"],
        valued: "f file s settings gs global-settings P activate-profiles pl projects D T threads t toolchains l log-file rf resume-from",
        ..Program::DEFAULT
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
    project: Project::Always,
    cached: Some(Cached {
        manager: "maven",
        verbs: &[Install, Build],
        targets: &["~/.m2/repository", "~/.m2/wrapper"],
        locked: true,
        moved_by: &["maven.repo.local"],
        options: &["gs", "global-settings", "s", "settings"],
        wrappers: &["mvnw", "./mvnw"],
        needed_by: &["mvn", "mvnw", "./mvnw"],
        ..Cached::DEFAULT
    }),
    manifests: &["pom.xml"],
    costs: language::COMPILES,
    ..Manager::DEFAULT
}];
