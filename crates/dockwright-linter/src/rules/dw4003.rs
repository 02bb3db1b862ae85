//! DW4003: a program or shell that a container starts and the image lacks.

use crate::rule::{Check, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::missing_program;
use crate::semantic::{StartInstructions, command_line_of};
use crate::source::Span;
use crate::syntax::{CommandLine, Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4003",
    name: "missing-program",
    in_optimizer: OptimizerScope::No,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4003.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let Some(absence) = cx.program_absence() else { return };
    let mut seen: Vec<u32> = Vec::new();
    for stage in semantics.stages.iter().filter(|stage| semantics.is_leaf_stage(stage.index)) {
        let Some(state) = absence.programs_at_stage_end(stage.index) else { continue };
        let started = semantics.start_instructions(stage.index);
        for instruction in start_instructions(
            cx,
            &started,
            state.image().is_some_and(|image| {
                image.facts.entrypoint.as_ref().is_some_and(Vec::is_empty) || image.name == "scratch"
            }),
        ) {
            if seen.contains(&instruction.span.start) {
                continue;
            }
            let Some(found) = first_missing_program(cx, instruction, state) else { continue };
            seen.push(instruction.span.start);
            let keyword = instruction.keyword.text.to_uppercase();
            let (program, span, lack) = found;
            let needs = if program == "sh" && span == instruction.rest.span {
                format!("this `{keyword}` needs a shell, and `{}` has none", lack.image)
            } else {
                format!(
                    "{} is not in `{}` as of {}, so this `{keyword}` fails",
                    quote_excerpt(&program),
                    lack.image,
                    lack.date
                )
            };
            let help = match (program.as_str(), lack.package) {
                ("sh", _) => "use the exec form: `[\"program\", \"arg\"]`".to_string(),
                _ => missing_program::install_help(&lack),
            };
            cx.report(instruction, span, needs).help(help);
        }
    }
}

/// The instructions whose program a container starts: an ENTRYPOINT gets the CMD as arguments.
fn start_instructions<'s>(
    _: &RuleChecker<'_>,
    started: &StartInstructions<'s>,
    no_entrypoint_below: bool,
) -> Vec<&'s Instruction<'s>> {
    let command = started.command.filter(|_| started.entrypoint.is_none() && no_entrypoint_below);
    [started.entrypoint, command, started.healthcheck].into_iter().flatten().collect()
}

fn first_missing_program(
    cx: &RuleChecker<'_>,
    instruction: &Instruction<'_>,
    state: &crate::facts::absence::StagePrograms,
) -> Option<(String, Span, crate::facts::absence::AbsenceReason)> {
    let semantics = cx.semantics;
    let line = command_line_of(instruction)?;
    let in_shell = matches!(line, CommandLine::Shell(_));
    if in_shell && semantics.effective_state(instruction.span.start).shell.is_some() {
        return None;
    }
    if in_shell && let Some(lack) = state.reason_for_absence("sh") {
        return Some(("sh".to_string(), instruction.rest.span, lack));
    }
    let script = semantics.started_script(instruction)?;
    // A health check fails, regardless of the commands after the missing program.
    let first =
        if instruction.kind == Kind::Healthcheck { script.commands.first() } else { script.first_command() }?;
    let wrappers =
        first.wrappers.iter().filter_map(|one| Some((one.name.as_str(), first.words.get(one.at)?.span)));
    let own = first.name.as_deref().map(|name| (name, first.name_span()));
    wrappers
        .chain(own)
        .find_map(|(name, span)| Some((name.to_string(), span, state.reason_for_absence(name)?)))
}
