//! DL3030: `yum install` that waits for an answer.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::prompts::{self, PromptingManager};
use crate::semantic::Run;
use crate::semantic::managers::dnf;

pub(super) static RULE: Rule = Rule {
    code: "DL3030",
    name: "yum-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3030.md"),
    ..Rule::HADOLINT
};

static ASKS: PromptingManager = PromptingManager {
    program: &dnf::YUM,
    subcommands: &dnf::ASKS,
    yes: &dnf::YES,
    is_answered: |_, _| false,
    message: |_| "`yum` without `-y` asks for confirmation, so it fails in a build",
    help: "add `-y`",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    prompts::check_prompts(cx, run, &ASKS);
}
