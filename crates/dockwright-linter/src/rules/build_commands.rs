//! The RUNs that a build executes, and the commands whose failure makes it fail.

use crate::facts::absence::ProgramAbsence;
use crate::optimize::facts::{LocatedCommand, StepDraft};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::CommandPlace;

/// The RUNs that the build executes, in file order; without triggers. Empty if the file is too long.
pub(super) fn runs_in_build<'a>(cx: &RuleChecker<'a>) -> Vec<(&'a StepDraft<'a, 'a>, &'a Run<'a>)> {
    let steps = cx.outline().into_iter().flat_map(|outline| &outline.drafts.steps);
    steps
        .filter(|step| !step.fired)
        .filter_map(|step| Some((step, step.run?)))
        .filter(|(_, run)| !run.onbuild && cx.build_runs_instruction_at(run.outer.span.start))
        .collect()
}

/// The commands of a step that certainly run and whose failure makes the build fail, each with the commands before
/// it.
pub(super) fn decisive_commands<'d, 's>(
    absence: &'d ProgramAbsence,
    step: &'d StepDraft<'s, '_>,
) -> impl Iterator<Item = (&'d [LocatedCommand<'s>], &'d LocatedCommand<'s>)> {
    let places = step.commands.iter().enumerate();
    places
        .filter(|(_, one)| {
            one.command.place == CommandPlace::Top && absence.run_fails_with_command(one.command)
        })
        .filter_map(|(at, one)| Some((step.commands.get(..at)?, one)))
}
