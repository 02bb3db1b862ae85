//! Package managers that wait for confirmation, which a build cannot give.

use crate::rule::RuleChecker;
use crate::rules::fixes::packages;
use crate::semantic::{ProgramCall, ProgramSyntax, Run, View};

/// A package manager that asks for confirmation.
pub(crate) struct PromptingManager {
    pub program: &'static ProgramSyntax,
    /// The subcommands that ask for confirmation.
    pub(crate) subcommands: &'static [&'static str],
    /// The options that confirm: letters, and long names without dashes.
    pub yes: &'static [&'static str],
    /// Whether another part of the call confirms.
    pub(crate) is_answered: fn(&ProgramCall<'_>, View) -> bool,
    /// The message for a program of that name.
    pub message: fn(&str) -> &'static str,
    pub help: &'static str,
}

/// Reports the first call that asks for confirmation; the fix adds `-y` after the subcommand of each.
pub(crate) fn check_prompts(cx: &mut RuleChecker<'_>, run: &Run<'_>, row: &PromptingManager) {
    let asks = |call: &ProgramCall<'_>| {
        call.is_subcommand(row.subcommands)
            && call.lacks_options(row.yes)
            && !(row.is_answered)(call, run.view)
            && !run.are_prompts_confirmed(call.command)
    };
    let asking: Vec<ProgramCall<'_>> = run.calls(row.program).filter(asks).collect();
    let Some(first) = asking.first() else { return };
    let message = (row.message)(first.command.name.as_deref().unwrap_or_default());
    let offer = packages::add_yes_option(cx, run, &asking, row.subcommands);
    cx.report(run.outer, first.command.span_of_argument(row.subcommands), message)
        .help(row.help)
        .fix_or_reason(offer);
}
