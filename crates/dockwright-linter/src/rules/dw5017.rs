//! DW5017: a command that always fails.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::Run;
use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::shell::{CommandPlace, ShellCommand};

pub(super) static RULE: Rule = Rule {
    code: "DW5017",
    name: "certain-failure",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5017.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(absence) = cx.program_absence() else { return };
    for run in &cx.semantics.runs {
        if run.onbuild || !cx.build_runs_instruction_at(run.outer.span.start) {
            continue;
        }
        let fails = |command: &&ShellCommand| {
            absence.run_fails_with_command(command)
                && command.place == CommandPlace::Top
                && (always_fails(command) || runs_failing_text(run, command))
        };
        let Some(command) = run.script.commands.iter().find(fails) else { continue };
        cx.report(run.outer, command.span, "this command always fails")
            .help("remove it, or move it to a stage that the build does not need");
    }
}

/// Whether the command is `false`, or `exit` with a status other than 0.
fn always_fails(command: &ShellCommand) -> bool {
    let status = command.arguments().first().filter(|word| word.literal);
    let exits = command.is("exit")
        && status.and_then(|word| word.text.parse::<u32>().ok()).is_some_and(|status| status % 256 != 0);
    (exits || (command.is("false") && command.arguments().is_empty())) && command.wrappers.is_empty()
}

/// Whether the command is `sh -c TEXT`, and TEXT always fails.
fn runs_failing_text(run: &Run<'_>, command: &ShellCommand) -> bool {
    let mut nested = run
        .script
        .commands
        .iter()
        .filter(|other| other.place == CommandPlace::Quoted && command.span.contains(other.span));
    let (Some(only), None) = (nested.next(), nested.next()) else { return false };
    let text = command.arguments().iter().position(|word| word.text == "-c");
    let text = text.and_then(|at| command.arguments().get(at + 1));
    let is_all = text.is_some_and(|text| {
        let words: Vec<&str> = text.text.split_whitespace().collect();
        words == only.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>()
    });
    command.is_any(&BOURNE_SHELLS) && command.wrappers.is_empty() && is_all && always_fails(only)
}
