//! Packages with a JDK in an image that only runs Java programs.

use crate::diagnostic::{Applicability, Edit, Fix, ProblemCost};
use crate::facts::format_size;
use crate::optimize::facts::StepDraft;
use crate::optimize::{LocatedCommand, StartedCommands};
use crate::rule::RuleChecker;
use crate::rules::fixes::run_edit::NOT_PLAIN;
use crate::semantic::effects::Verb;
use crate::semantic::paths::base_name;
use crate::shell::{CommandPlace, ShellWord};
use crate::source::Span;
use crate::syntax::quote_excerpt;

/// Programs of a JDK that a JRE lacks, and build tools that need one.
const NEEDS_JDK: [&str; 22] = [
    "javac",
    "jar",
    "javadoc",
    "jlink",
    "jpackage",
    "jdeps",
    "jcmd",
    "jstack",
    "jmap",
    "jps",
    "jconsole",
    "mvn",
    "mvnw",
    "gradle",
    "gradlew",
    "ant",
    "sbt",
    "lein",
    "clojure",
    "kotlinc",
    "scalac",
    "sdkmanager",
];

/// Packages that need a JDK themselves.
const BUILD_TOOLS: [&str; 7] = ["maven", "gradle", "ant", "sbt", "leiningen", "android-sdk", "sdkmanager"];

/// Reports each package with a JDK, if the container starts `java` and nothing in the image needs more than a JRE.
pub(super) fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline().filter(|outline| !outline.is_for_development()) else { return };
    let shipped = || {
        outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage) && !step.fired)
    };
    let found: Vec<(&StepDraft<'_, '_>, &LocatedCommand<'_>, &ShellWord, String)> = shipped()
        .flat_map(|step| step.commands.iter().map(move |one| (step, one)))
        .filter_map(|(step, one)| {
            let call = one.effects.packages.as_ref().filter(|call| call.verb == Verb::Install)?;
            let (word, runtime) = call
                .words(one.command)
                .find_map(|word| Some((word, runtime_package(call.manager, call.name(word))?)))?;
            Some((step, one, word, runtime))
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let commands = || shipped().flat_map(|step| &step.commands);
    let needs_jdk = |one: &LocatedCommand<'_>| {
        let installs_tool = one.effects.packages.as_ref().is_some_and(|call| {
            call.verb == Verb::Build && matches!(call.manager, "maven" | "gradle")
                || call.words(one.command).any(|word| BUILD_TOOLS.contains(&call.name(word)))
        });
        let name = one.command.name.as_deref().map(base_name);
        installs_tool
            || name.is_some_and(|name| NEEDS_JDK.contains(&name))
            || one.command.runs_through(&NEEDS_JDK)
    };
    let started = StartedCommands::find_known_started_programs(outline, cx.context);
    if !started.mentions("java")
        || NEEDS_JDK.iter().any(|program| started.mentions(program))
        || commands().any(needs_jdk)
    {
        return;
    }
    for (step, one, word, runtime) in found {
        let Some(run) = step.run else { continue };
        let name = word.text.split(['=', '~']).next().unwrap_or_default();
        let saved = cx.installs().and_then(|installs| {
            installs.packages_installed_by_call(one.command)?.bytes_saved_by_replacing(name, &runtime)
        });
        let smaller = saved.map(|bytes| format!(" (~{} smaller)", format_size(bytes))).unwrap_or_default();
        let message =
            format!("{} contains a compiler, but the container only runs Java", quote_excerpt(name));
        let is_plain = run.is_shell_form()
            && one.command.place != CommandPlace::Quoted
            && word.span.bytes(cx.file.source) == word.text.as_bytes();
        let end = u32::try_from(name.len()).ok().map(|length| word.span.start + length);
        let reported = cx
            .report(run.outer, word.span, message)
            .help(format!("install the runtime package `{runtime}`{smaller}"))
            .set_cost(saved.map_or(ProblemCost::UnknownSize { usual_megabytes: 150 }, ProblemCost::Image));
        match end.filter(|_| is_plain && word.text == name) {
            Some(end) => reported.fix(
                Fix::new(
                    Applicability::Suggestion,
                    format!("install `{runtime}`"),
                    [Edit::replace(Span::new(word.span.start, end), runtime)],
                )
                .with_risk("the program may need tools of the JDK"),
            ),
            None if is_plain => reported.add_reason_not_fixed("its version is pinned"),
            None => reported.add_reason_not_fixed(NOT_PLAIN),
        };
    }
}

/// The package with the runtime, for a package with a JDK: `openjdk-17-jre-headless` for `openjdk-17-jdk`.
fn runtime_package(manager: &str, name: &str) -> Option<String> {
    let is_version = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    match manager {
        "apt" => {
            let start = name.strip_suffix("-headless").unwrap_or(name).strip_suffix("-jdk")?;
            if start == "default" || start.strip_prefix("openjdk-").is_some_and(is_version) {
                return Some(format!("{start}-jre-headless"));
            }
            start.strip_prefix("temurin-").is_some_and(is_version).then(|| format!("{start}-jre"))
        }
        "apk" => {
            let start = name.strip_suffix("-jdk").unwrap_or(name);
            start.strip_prefix("openjdk").is_some_and(is_version).then(|| format!("{start}-jre"))
        }
        "dnf" | "yum" | "microdnf" | "tdnf" => {
            let start = name.strip_suffix("-devel")?;
            let version = start.strip_prefix("java-")?.strip_suffix("-openjdk")?;
            is_version(version).then(|| format!("{start}-headless"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::runtime_package;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn names_runtime_packages() {
        for (manager, name, expected) in [
            ("apt", "openjdk-17-jdk", Some("openjdk-17-jre-headless")),
            ("apt", "openjdk-8-jdk-headless", Some("openjdk-8-jre-headless")),
            ("apt", "default-jdk", Some("default-jre-headless")),
            ("apt", "temurin-21-jdk", Some("temurin-21-jre")),
            ("apt", "openjdk-17-jre", None),
            ("apk", "openjdk17", Some("openjdk17-jre")),
            ("apk", "openjdk8-jdk", Some("openjdk8-jre")),
            ("apk", "openjdk17-jre-headless", None),
            ("dnf", "java-17-openjdk-devel", Some("java-17-openjdk-headless")),
            ("yum", "java-1.8.0-openjdk-devel", Some("java-1.8.0-openjdk-headless")),
            ("yum", "java-17-openjdk", None),
        ] {
            assert_eq!(runtime_package(manager, name).as_deref(), expected, "{manager} {name}");
        }
    }

    #[test]
    fn reports_kits_that_only_run_programs() {
        let file = |install: &str, rest: &str| format!("FROM debian:12\nRUN {install}\n{rest}\n");
        let jdk = "apt-get update && apt-get install -y openjdk-17-jdk";
        let start = "COPY app.jar /\nCMD [\"java\", \"-jar\", \"/app.jar\"]";
        let cases = [
            (1, file(jdk, start)),
            (1, file("apt-get install -y openjdk-17-jdk=17.0.1-1", start)),
            (0, file("apt-get install -y openjdk-17-jdk maven", start)),
            (0, file(jdk, "COPY . .\nRUN ./gradlew build\nCMD [\"java\", \"-jar\", \"/app.jar\"]")),
            (0, file(jdk, "COPY . .\nRUN javac A.java\nCMD [\"java\", \"A\"]")),
            (0, file(jdk, "CMD [\"jshell\"]")),
            (0, file(jdk, "")),
        ];
        let cases: Vec<(usize, &str)> = cases.iter().map(|(count, text)| (*count, text.as_str())).collect();
        check_problem_counts(&super::super::RULE, &cases);
    }
}
