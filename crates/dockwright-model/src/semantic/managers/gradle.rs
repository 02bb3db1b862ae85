//! Facts about Gradle.

use super::Verb::{Build, Install};
use super::{
    FetchCall, MountableCache, PackageManager, ProjectBuild, ProjectInstallSyntax, ProjectUse, Verb, language,
};
use crate::semantic::ProgramSyntax;
use crate::semantic::effects::PathSet;
use crate::shell::ShellCommand;

pub(crate) static MANAGERS: &[PackageManager] = &[PackageManager {
    name: "gradle",
    program: ProgramSyntax {
        names: &["gradle"],
        valued: "b build-file c settings-file g gradle-user-home p project-dir I init-script D P x exclude-task max-workers console warning-mode",
        ..ProgramSyntax::DEFAULT
    },
    verbs: &[(
        "dependencies|assemble|build|jar|bootJar|shadowJar|clean|installDist|distTar|distZip|classes|wrapper|war|compileJava|publishToMavenLocal",
        Build,
    )],
    caches: &["~/.gradle/caches", "/home/gradle/.gradle/caches"],
    config: &["~/.gradle"],
    project: ProjectUse::Always,
    daemon: Some(&["--no-daemon", "-Dorg.gradle.daemon=false"]),
    cached: Some(MountableCache {
        manager: "gradle",
        verbs: &[Install, Build],
        targets: &["$GRADLE_USER_HOME/caches", "$GRADLE_USER_HOME/wrapper"],
        homes: &[("GRADLE_USER_HOME", "~/.gradle")],
        locked: true,
        moved_by: &["gradle.user.home"],
        options: &["g", "gradle-user-home", "project-cache-dir"],
        wrappers: &["gradlew", "./gradlew"],
        needed_by: &["gradle", "gradlew", "./gradlew"],
        ..MountableCache::DEFAULT
    }),
    install: Some(ProjectInstallSyntax {
        usual_files: &["settings.gradle", "build.gradle", "gradle/"],
        fetch: FetchCall::Arguments("dependencies --no-daemon"),
        ..ProjectInstallSyntax::DEFAULT
    }),
    creates: build_directory,
    manifests: &[
        "build.gradle",
        "build.gradle.kts",
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
    ],
    build: Some(ProjectBuild {
        wrappers: &["gradlew"],
        fetches: &["dependencies", "resolveDependencies"],
        ..ProjectBuild::DEFAULT
    }),
    costs: language::COMPILES_LONG,
    ..PackageManager::DEFAULT
}];

/// The directory that a build creates.
fn build_directory(command: &ShellCommand, _: Option<Verb>) -> PathSet {
    const TASKS: [&str; 8] =
        ["assemble", "build", "jar", "bootJar", "shadowJar", "installDist", "distTar", "war"];
    let builds = command.operands().any(|word| TASKS.contains(&word.text.as_str()));
    let elsewhere = ["p", "project-dir", "b", "build-file"].iter().any(|flag| command.has_flag(flag));
    if builds && !elsewhere { PathSet::from_path("build") } else { PathSet::None }
}
