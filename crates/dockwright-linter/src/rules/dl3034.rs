//! DL3034: `zypper` that waits for an answer.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::prompts::{self, PromptingManager};
use crate::semantic::Run;
use crate::semantic::managers::zypper;

pub(super) static RULE: Rule = Rule {
    code: "DL3034",
    name: "zypper-interactive",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3034.md"),
    ..Rule::HADOLINT
};

static ASKS: PromptingManager = PromptingManager {
    program: &zypper::ZYPPER,
    subcommands: &zypper::ASKS,
    yes: &zypper::YES,
    is_answered: |_, _| false,
    message: |_| "`zypper` without `--non-interactive` asks for confirmation, so it fails in a build",
    help: "add `--non-interactive` before the subcommand, or `-y` after it",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    prompts::check_prompts(cx, run, &ASKS);
}
