//! DW2301: packages that only one RUN needs, kept in the image.

mod repository_tools;

use crate::diagnostic::{ProblemCost, Severity};
use crate::optimize::StartedCommands;
use crate::optimize::facts::{
    BuildOnlyPackages, CopiedOrigin, ImportedFiles, find_build_only_packages, find_unused_headers,
    has_start_command,
};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{build_packages, later_runs};
use crate::semantic::Run;
use crate::semantic::effects::{Verb, command_effects};
use crate::semantic::managers::{apk, find_manager};
use crate::semantic::paths::{base_name, is_in_program_directory};
use crate::shell::ShellCommand;
use crate::syntax::{Kind, join_with_and, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW2301",
    name: "build-packages-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2301.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    check_other_managers(cx);
    check_unused_headers(cx);
    check_kept_groups(cx);
    check_copied_managers(cx);
    repository_tools::check(cx);
    for (at, run) in semantics.runs.iter().enumerate().filter(|(_, run)| run.ships && !run.onbuild) {
        let Some(kept) = build_packages::find_kept_packages(cx, run, semantics.runs.get(at + 1)) else {
            continue;
        };
        let Some(first) = kept.build.first() else { continue };
        let others = kept.build.len() - 1;
        let (more, verb, stay) = match others {
            0 => (String::new(), "is", "stays"),
            _ => (format!(" and {others} more"), "are", "stay"),
        };
        let message =
            format!("`{}`{more} {verb} needed only at build time, but {stay} in the image", first.text);
        let made = build_packages::remove_build_packages(cx, &kept);
        let found = cx
            .report(run.outer, first.span, message)
            .help("install build dependencies as a virtual package, and delete it in the same `RUN`");
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.add_reason_not_fixed(reason),
        };
    }
}

/// Packages of managers other than `apk`, and Node in an image that only builds with it.
fn check_other_managers(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for packages in find_build_only_packages(outline) {
        let Some(run) = packages.draft.run else { continue };
        let Some(word) = packages.words.first() else { continue };
        let (names, what) = list_names(&packages);
        let (verb, stay) = if names.len() == 1 { ("is", "stays") } else { ("are", "stay") };
        let message = format!("{what} {verb} needed only at build time, but {stay} in the image");
        let saved =
            cx.installs().and_then(|installs| installs.bytes_saved_without(&run.script.commands, &names));
        // The base image already contains them.
        if saved == Some(0) {
            continue;
        }
        let help = if packages.is_node {
            "build the assets in a separate stage with a `node` image, and copy the result"
        } else {
            "build in a separate stage, or install, build and uninstall in one `RUN`"
        };
        cx.report(run.outer, word.span, message)
            .help(help)
            .set_cost(saved.map_or(ProblemCost::UnknownSize { usual_megabytes: 60 }, ProblemCost::Image))
            .add_reason_not_fixed("programs in the image may link to these libraries");
    }
}

/// The names of the packages, and the first of them in words.
fn list_names(packages: &BuildOnlyPackages<'_, '_>) -> (Vec<String>, String) {
    let names: Vec<String> = packages.words.iter().map(|word| word.text.clone()).collect();
    let listed: Vec<String> = names.iter().take(3).map(|name| quote_excerpt(name)).collect();
    let what = match names.len().saturating_sub(3) {
        0 => join_with_and(&listed),
        more => format!("{} and {more} more", listed.join(", ")),
    };
    (names, what)
}

/// Headers in an image in which nothing compiles.
fn check_unused_headers(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for packages in find_unused_headers(outline) {
        let Some(run) = packages.draft.run else { continue };
        let Some(word) = packages.words.first() else { continue };
        let (names, what) = list_names(&packages);
        let saved =
            cx.installs().and_then(|installs| installs.bytes_saved_without(&run.script.commands, &names));
        if saved == Some(0) {
            continue;
        }
        let contain = if names.len() == 1 { "contains" } else { "contain" };
        let message = format!("{what} {contain} headers, but no step of this image compiles a program");
        cx.report(run.outer, word.span, message)
            .help("install the libraries without headers; only a stage that compiles needs the headers")
            .set_cost(saved.map_or(ProblemCost::UnknownSize { usual_megabytes: 60 }, ProblemCost::Image))
            .add_reason_not_fixed("programs in the image may link to these libraries");
    }
}

/// Whether a path is where images have programs: `/uv`, `/usr/bin/composer`, but not `/usr/share/dotnet`.
fn is_program_path(path: &str) -> bool {
    !path.trim_start_matches('/').contains('/') || is_in_program_directory(path)
}

/// Package managers that are copied from another image, and that the container does not start: only `RUN`s use them, of
/// the image or of other stages.
fn check_copied_managers(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let runs = |name: &str, ships: bool| {
        let mut commands =
            cx.semantics.runs.iter().filter(|run| run.ships == ships).flat_map(|run| &run.script.commands);
        commands.any(|command| command.is(name))
    };
    let started = StartedCommands::find_known_started_programs(outline, cx.context);
    let starts = |name: &str| {
        let starters = cx.file.instructions();
        let mut starters = starters.filter(|one| {
            matches!(one.kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck | Kind::Onbuild)
        });
        let names_it = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == name);
        started.mentions(name) || starters.any(|one| names_it(&one.rest.text))
    };
    let starts_program = has_start_command(cx.semantics, &outline.graph);
    let is_outside = |taken: &&ImportedFiles| match taken.origin {
        CopiedOrigin::Image(_) => true,
        CopiedOrigin::Stage(stage) => !outline.drafts.steps.iter().any(|step| step.stage == stage),
    };
    let mut found = Vec::new();
    for step in outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage)) {
        let outside = step.key.taken.iter().filter(is_outside);
        let names = outside.filter(|taken| !taken.mount).flat_map(|taken| &taken.paths);
        found.extend(names.filter(|path| is_program_path(path)).map(|path| base_name(path)).filter_map(
            |name| {
                let is_used = runs(name, true);
                let is_kept = find_manager(name).is_some() && !starts(name);
                let is_needless = if is_used { starts_program } else { runs(name, false) };
                (is_kept && is_needless).then(|| (step.instruction, name.to_string(), is_used))
            },
        ));
    }
    for (copy, name, is_used) in found {
        let (purpose, help) = if is_used {
            (
                "at build time",
                "mount it in the `RUN` that uses it: `RUN --mount=from=IMAGE,source=FILE,target=FILE`",
            )
        } else {
            ("in another stage", "copy it in the stage that runs it")
        };
        let usual_megabytes = if name == "composer" { 3 } else { 50 };
        let message = format!("{} is needed only {purpose}, but stays in the image", quote_excerpt(&name));
        cx.report(copy, copy.rest.span, message)
            .help(help)
            .set_cost(ProblemCost::UnknownSize { usual_megabytes })
            .add_reason_not_fixed("scripts in the image may run it");
    }
}

/// Virtual packages of `apk` that are never deleted.
fn check_kept_groups(cx: &mut RuleChecker<'_>) {
    let source = cx.file.source;
    for run in cx.semantics.runs.iter().filter(|run| run.ships && !run.onbuild) {
        let call = |command: &ShellCommand, verb: Verb| {
            command_effects(command, source)
                .packages
                .is_some_and(|call| call.manager == "apk" && call.verb == verb)
        };
        let commands = &run.script.commands;
        let Some(add) = commands.iter().find(|command| call(command, Verb::Install)) else { continue };
        let Some((group, word)) = apk::virtual_package(&add.words) else { continue };
        let is_known = later_runs::has_known_commands(cx, run);
        let deletes = |run: &Run<'_>| run.script.commands.iter().any(|command| call(command, Verb::Remove));
        let later = later_runs::later_runs(cx, run);
        if !is_known || deletes(run) || later.is_none_or(|runs| runs.into_iter().any(deletes)) {
            continue;
        }
        let message = format!("the virtual package {} is never deleted", quote_excerpt(group));
        cx.report(run.outer, word.span, message)
            .help(format!("build in the same `RUN`, and end it with `apk del {}`", group.replace('`', "'")))
            .set_cost(ProblemCost::UnknownSize { usual_megabytes: 60 })
            .add_reason_not_fixed("the commands that need it are unknown");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::problems::check_problem_counts;

    #[test]
    fn reports_package_managers_that_only_other_stages_run() {
        let file = |between: &str, end: &str| {
            format!(
                "FROM python:3.13-slim AS base\nCOPY --from=ghcr.io/astral-sh/uv:0.8 /uv /uvx /bin/\n{between}FROM base AS b\nRUN uv sync\nFROM base\nCOPY --from=b /app /app\n{end}"
            )
        };
        let (used, started) = (file("RUN uv venv\n", ""), file("", "CMD [\"uv\", \"run\", \"app\"]\n"));
        let mounted = "FROM debian:12 AS b\nRUN uv sync\nFROM debian:12\nRUN --mount=from=ghcr.io/astral-sh/uv,target=/uv ls";
        check_problem_counts(
            &RULE,
            &[
                (1, file("", "CMD [\"app\"]\n").as_str()),
                (0, used.as_str()),
                (1, format!("{used}CMD [\"uvicorn\", \"app:app\"]\n").as_str()),
                (
                    1,
                    "FROM ghcr.io/astral-sh/uv:0.8 AS uv\nFROM python:3.13\nCOPY --from=uv /uv /bin/\nRUN uv pip install a\nCMD [\"a\"]",
                ),
                (
                    0,
                    "FROM python:3.13\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\nRUN uv sync\nENTRYPOINT uv run a",
                ),
                (0, started.as_str()),
                (0, mounted),
                (0, "FROM debian:12\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/"),
                (
                    0,
                    "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS b\nRUN dotnet build\nFROM debian:12\nCOPY --from=mcr.microsoft.com/dotnet/aspnet:8.0 /usr/share/dotnet /usr/share/dotnet\nCMD [\"/app\"]",
                ),
                (
                    0,
                    "FROM debian:12 AS b\nRUN helm version\nFROM debian:12\nCOPY --from=alpine/helm /helm /bin/",
                ),
            ],
        );
    }
}
