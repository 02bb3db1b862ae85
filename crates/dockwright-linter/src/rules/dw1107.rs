//! DW1107: a Spring Boot application whose classes and libraries are one file.

use crate::diagnostic::Severity;
use crate::optimize::StartedCommands;
use crate::optimize::context::ContextFiles;
use crate::optimize::facts::StepDraft;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::paths::base_name;
use crate::syntax::{Arguments, Kind, Source};

pub(super) static RULE: Rule = Rule {
    code: "DW1107",
    name: "libraries-copied-with-classes",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1107.md"),
    ..Rule::OPTIMIZER
};

/// The build files of Maven and Gradle, and the words by which they use the plugin of Spring Boot.
const BUILD_FILES: [(&str, &str); 3] = [
    ("pom.xml", "spring-boot-maven-plugin"),
    ("build.gradle", "org.springframework.boot"),
    ("build.gradle.kts", "org.springframework.boot"),
];

/// Maximum number of build files that are read.
const MAX_FILES: usize = 40;

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(outline), Some(files)) = (cx.outline(), cx.context) else { return };
    let is_jar_copy = |step: &&StepDraft<'_, '_>| {
        matches!(step.instruction.kind, Kind::Copy | Kind::Add)
            && !step.fired
            && outline.graph.is_stage_in_image(step.stage)
            && copies_one_jar(step)
    };
    let mut copies = outline.drafts.steps.iter().filter(is_jar_copy);
    let (Some(copy), None) = (copies.next(), copies.next()) else { return };
    let runs_jar = |words: &Vec<String>| {
        words.first().is_some_and(|first| base_name(first) == "java")
            && words.iter().any(|word| word == "-jar")
    };
    if !StartedCommands::find_known_started_programs(outline, Some(files)).commands.iter().any(runs_jar)
        || !uses_spring_boot(files)
    {
        return;
    }
    cx.report(
        copy.instruction,
        copy.instruction.rest.span,
        "every change to the application stores and transfers all of its libraries again",
    )
    .help("unpack the jar in a build stage, and copy its libraries before its classes");
}

/// Whether a step copies a single jar, or what a pattern for jars matches.
fn copies_one_jar(step: &StepDraft<'_, '_>) -> bool {
    let Arguments::Paths(paths) = &step.instruction.arguments else { return false };
    match paths.sources.as_slice() {
        [Source::Path(word)] => {
            let name = word.text.trim_matches(['"', '\'']);
            name.ends_with(".jar") || name == "${JAR_FILE}" || name == "$JAR_FILE"
        }
        _ => false,
    }
}

fn uses_spring_boot(files: &ContextFiles) -> bool {
    let word_of =
        |path: &str| BUILD_FILES.iter().find(|(name, _)| base_name(path) == *name).map(|(_, word)| *word);
    let build_files = files.all.iter().filter_map(|file| Some((file.path.as_str(), word_of(&file.path)?)));
    build_files.take(MAX_FILES).any(|(path, word)| files.text(path).is_some_and(|text| text.contains(word)))
}
