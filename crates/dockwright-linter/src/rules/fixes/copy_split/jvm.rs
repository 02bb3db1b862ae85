//! The files that Maven, Gradle and sbt read to download the dependencies of a project.

use super::project::{ContextProject, InstallNeeds, find_named_word};

/// `program` is `mvn` or `./mvnw`; `options` are those of the call that choose profiles.
pub(super) fn install_needs_of_maven(
    project: &ContextProject<'_>,
    program: &str,
    options: &str,
) -> Result<InstallNeeds, String> {
    let text = project.text("pom.xml")?;
    let local = ["<modules>", "<systemPath>", "<relativePath>", "<extension>", "<module>"];
    if let Some(tag) = local.iter().find(|tag| text.contains(**tag)) {
        return Err(format!("`pom.xml` has `{tag}`, which may need more of the project"));
    }
    if project.has_file(".mvn/extensions.xml") {
        return Err("`.mvn/extensions.xml` extends Maven".to_string());
    }
    project.require_absent_directories(&["target"])?;
    let mut needs = InstallNeeds::default();
    needs.add("pom.xml");
    if project.has_file_below(".mvn") {
        needs.add(".mvn/");
    }
    if program.ends_with("mvnw") {
        if !project.has_file("mvnw") {
            return Err("`mvnw` is not in the build context".to_string());
        }
        needs.add("mvnw");
    }
    needs.fetch = Some(format!("{program} -B{options} dependency:go-offline"));
    needs.add_condition("`pom.xml` has one module and no local paths");
    Ok(needs)
}

/// Files that define what Gradle builds, in either language.
const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];
const BUILDS: [&str; 2] = ["build.gradle", "build.gradle.kts"];
/// Words that make a build script read other files.
const GRADLE_WORDS: [&str; 22] = [
    "includeBuild",
    "include",
    "apply from",
    "apply(from",
    "project(",
    "files(",
    "fileTree(",
    "flatDir",
    "file(",
    "File(",
    "readText",
    "readLines",
    "ProcessBuilder",
    ".execute(",
    "exec {",
    "exec(",
    "git-version",
    "gitVersion",
    "gradle-git-properties",
    "axion-release",
    "nebula.release",
    "grgit",
];

/// `program` is `gradle` or `./gradlew`; `options` are those of the call that set properties of the project.
pub(super) fn install_needs_of_gradle(
    project: &ContextProject<'_>,
    program: &str,
    options: &str,
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    if !BUILDS.iter().any(|name| project.has_file(name)) {
        project.text("build.gradle")?;
    }
    if project.has_file_below("buildSrc") {
        return Err("`buildSrc` contains sources of the build itself".to_string());
    }
    for name in SETTINGS.into_iter().chain(BUILDS).filter(|name| project.has_file(name)) {
        if let Some(word) = find_named_word(&project.text(name)?, "//", &GRADLE_WORDS) {
            return Err(format!("`{name}` has `{word}`, which may need more of the project"));
        }
    }
    project.require_absent_directories(&["build", ".gradle"])?;
    needs.add_existing_files(project, &SETTINGS);
    needs.add_existing_files(project, &BUILDS);
    needs.add_existing_files(project, &["gradle.properties", "gradle.lockfile", "settings-gradle.lockfile"]);
    if project.has_file_below("gradle") {
        needs.add("gradle/");
    }
    if program.ends_with("gradlew") {
        if !project.has_file("gradlew") || !project.has_file("gradle/wrapper/gradle-wrapper.properties") {
            return Err(
                "`gradlew`, or what it reads in `gradle/wrapper`, is not in the build context".to_string()
            );
        }
        needs.add("gradlew");
    }
    needs.fetch = Some(format!("{program}{options} dependencies --no-daemon"));
    needs.add_condition("the build has one project without `buildSrc`, and its scripts read no other file");
    Ok(needs)
}

/// Words that make an sbt build definition read other files.
const SBT_WORDS: [&str; 12] = [
    "ProjectRef",
    "RootProject",
    "IO.read",
    "Source.from",
    "Process(",
    "sys.process",
    "new File",
    "java.io",
    "java.nio",
    "GitVersioning",
    "unmanagedBase",
    "addSbtPlugin(\"com.typesafe.sbt\" % \"sbt-git\"",
];

/// `options`: those of the call, which precede the tasks.
pub(super) fn install_needs_of_sbt(
    project: &ContextProject<'_>,
    options: &str,
) -> Result<InstallNeeds, String> {
    let mut needs = InstallNeeds::default();
    project.text("build.sbt")?;
    project.require_absent_directories(&["target", "project/target", "project/project"])?;
    let is_read = |path: &&str| *path == "build.sbt" || path.starts_with("project/");
    for path in project.all_files().filter(is_read) {
        let of_build = [".sbt", ".scala", ".properties"].iter().any(|end| path.ends_with(end));
        if path.matches('/').count() > 1 || !of_build {
            return Err(format!("the build may use `{path}`"));
        }
        if let Some(word) = find_named_word(&project.text(path)?, "//", &SBT_WORDS) {
            return Err(format!("`{path}` has `{word}`, which may need more of the project"));
        }
        needs.add(path);
    }
    if let Some(path) = project.all_files().find(|path| path.ends_with("/build.sbt")) {
        return Err(format!("`{path}` also configures the build"));
    }
    needs.fetch = Some(format!("sbt{options} update"));
    needs.add_condition("`build.sbt` and the files in `project` define the build and read no other file");
    Ok(needs)
}
