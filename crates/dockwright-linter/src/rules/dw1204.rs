//! DW1204: `dotnet build` before `dotnet publish`, which builds the project itself.

use crate::diagnostic::{Applicability, Fix, ProblemCost, Severity};
use crate::optimize::facts::{LocatedCommand, StepDraft, paths_overlap};
use crate::optimize::{StepOutline, join_path};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::managers::dotnet;
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW1204",
    name: "build-before-publish",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1204.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for step in outline.drafts.steps.iter().filter(|step| !step.fired) {
        let [one] = step.commands.as_slice() else { continue };
        let Some(run) = step.run.filter(|_| is_call_of_subcommand(one, "build")) else { continue };
        let Some((line, publish)) = find_publish(cx, outline, step, one) else { continue };
        if is_result_used(cx, outline, step, one) {
            continue;
        }
        let (built, published) = (dotnet::configuration(one.command), dotnet::configuration(publish));
        let is_same = built.is_none() || published.is_none() || built == published;
        let message = if is_same {
            format!("`dotnet publish` on line {line} also builds the project")
        } else {
            format!("`dotnet publish` on line {line} builds the project again, in another configuration")
        };
        let fix = instruction_edit::remove_lines(cx, run.outer).map(|edit| {
            Fix::new(Applicability::Suggestion, "remove this `RUN`", [edit])
                .with_proof("no other stage or command in the file uses its result")
                .with_risk("it may exist to show compiler errors in a separate step")
        });
        let found = cx.report(run.outer, one.command.name_span(), message).help("remove this `dotnet build`");
        if !is_same {
            found.loss = Some(ProblemCost::Rebuild(vec![run.instruction.span.start]));
        }
        match fix {
            Some(fix) => found.fix(fix),
            None => found.add_reason_not_fixed("comments belong to the `RUN`"),
        };
    }
}

fn is_call_of_subcommand(one: &LocatedCommand<'_>, verb: &str) -> bool {
    one.command.is("dotnet") && one.command.arguments().first().is_some_and(|word| word.text == verb)
}

/// The steps after this one, in its stage and in the stages that are built on it.
fn later_steps<'o, 's, 'a>(
    cx: &RuleChecker<'_>,
    outline: &'o StepOutline<'s, 'a>,
    step: &StepDraft<'_, '_>,
) -> impl Iterator<Item = &'o StepDraft<'s, 'a>> {
    outline.drafts.steps.iter().filter(|other| {
        other.instruction.span.start > step.instruction.span.start
            && cx.semantics.is_built_on(other.stage, step.stage)
    })
}

/// The first later call of `dotnet`, with its line, if it publishes the project that `build` builds.
fn find_publish<'s>(
    cx: &RuleChecker<'_>,
    outline: &'s StepOutline<'_, '_>,
    step: &StepDraft<'_, '_>,
    build: &LocatedCommand<'_>,
) -> Option<(u32, &'s ShellCommand)> {
    let mut calls =
        later_steps(cx, outline, step).flat_map(|other| other.commands.iter().map(move |one| (other, one)));
    let (other, publish) = calls.find(|(_, one)| one.command.is("dotnet"))?;
    let is_same = is_call_of_subcommand(publish, "publish")
        && !publish.command.has_flag("no-build")
        && dotnet::projects(publish.command) == dotnet::projects(build.command)
        && publish.directory == build.directory;
    is_same.then(|| (cx.semantics.line(other.instruction.span.start), publish.command))
}

/// Whether a command of the file, or the image of another stage, may use what the build creates.
fn is_result_used(
    cx: &RuleChecker<'_>,
    outline: &StepOutline<'_, '_>,
    step: &StepDraft<'_, '_>,
    build: &LocatedCommand<'_>,
) -> bool {
    let output = dotnet::output(build.command).and_then(|path| join_path(build.directory.as_deref(), path));
    let steps = &outline.drafts.steps;
    let is_copied =
        steps.iter().flat_map(|other| &other.key.taken).flat_map(|taken| &taken.paths).any(|path| {
            let path = format!("/{}", path.trim_matches('/'));
            let is_output = output.as_deref().is_some_and(|output| paths_overlap(output, &path));
            is_output || path.split('/').any(|part| matches!(part, "bin" | "obj"))
        });
    let is_run = |one: &LocatedCommand<'_>| {
        !is_call_of_subcommand(one, "publish") && one.effects.packages.is_none() && one.effects.unknown
    };
    let runs_it = later_steps(cx, outline, step).flat_map(|other| &other.commands).any(|one| {
        is_run(one)
            || ["test", "run", "vstest", "exec", "ef", "pack"]
                .iter()
                .any(|verb| is_call_of_subcommand(one, verb))
    });
    let is_start = cx.semantics.stages.iter().any(|stage| {
        cx.semantics.is_built_on(stage.index, step.stage)
            && cx.semantics.start_instructions(stage.index).program_instruction().is_some()
    });
    is_copied || runs_it || is_start
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::Linter;

    #[test]
    fn reports_only_unused_builds() {
        let linter = Linter::with_rules([&RULE]);
        let end =
            "FROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY --from=b /p .\nCMD [\"dotnet\", \"a.dll\"]\n";
        for (lines, expected) in [
            ("RUN dotnet build -o /o\nRUN dotnet publish -o /p", 1),
            ("RUN dotnet build a.csproj -c Debug\nRUN dotnet publish a.csproj -c Release -o /p", 1),
            ("RUN dotnet build a.csproj\nRUN ls\nRUN dotnet publish ./a.csproj -o /p", 1),
            ("RUN dotnet build a.sln\nRUN dotnet publish b.csproj -o /p", 0),
            ("RUN dotnet build\nRUN dotnet test\nRUN dotnet publish -o /p", 0),
            ("RUN dotnet build\nRUN dotnet publish --no-build -o /p", 0),
            ("RUN dotnet build\nRUN ./check.sh\nRUN dotnet publish -o /p", 0),
            ("RUN dotnet build -o /p\nRUN dotnet publish -o /p", 0),
            ("RUN dotnet build\nCMD [\"dotnet\", \"run\"]\nRUN dotnet publish -o /p", 0),
            ("RUN dotnet build && ls\nRUN dotnet publish -o /p", 0),
            ("WORKDIR /a\nRUN dotnet build\nWORKDIR /b\nRUN dotnet publish -o /p", 0),
        ] {
            let text =
                format!("FROM mcr.microsoft.com/dotnet/sdk:8.0 AS b\nWORKDIR /src\nCOPY . .\n{lines}\n{end}");
            assert_eq!(linter.lint(text.as_bytes()).len(), expected, "{text}");
        }
    }
}
