//! DL3014: `apt-get install` that waits for an answer.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::prompts::{self, PromptingManager};
use crate::semantic::managers::apt;
use crate::semantic::{ProgramCall, Run, View};

pub(super) static RULE: Rule = Rule {
    code: "DL3014",
    name: "apt-get-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3014.md"),
    ..Rule::HADOLINT
};

static ASKS: PromptingManager = PromptingManager {
    program: &apt::APT_GET,
    subcommands: &["install"],
    yes: &apt::YES,
    is_answered,
    message: |_| "`apt-get install` without `-y` asks for confirmation, so it fails in a build",
    help: "add `-y`",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    prompts::check_prompts(cx, run, &ASKS);
}

/// Whether something replies to the prompt; `-qq` implies `-y`. A simulation does not ask.
fn is_answered(call: &ProgramCall<'_>, view: View) -> bool {
    if view.knows_simulated_installs && apt::SIMULATE.iter().any(|option| call.has_option(option)) {
        return true;
    }
    let quiet = call.count("q").max(call.count("quiet"));
    call.has_option("qq")
        || call.command.has_argument(&["-q=2"])
        || (if view.counts_quiet_exactly { quiet == 2 } else { quiet >= 2 })
        || call.has_setting(&apt::YES_SETTINGS)
}
