//! DL3038: `dnf install` that waits for an answer.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::prompts::{self, PromptingManager};
use crate::semantic::Run;
use crate::semantic::managers::dnf;

pub(super) static RULE: Rule = Rule {
    code: "DL3038",
    name: "dnf-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3038.md"),
    ..Rule::HADOLINT
};

static ASKS: PromptingManager = PromptingManager {
    program: &dnf::DNF,
    subcommands: &dnf::ASKS,
    yes: &dnf::YES,
    is_answered: |_, _| false,
    message: |program| match program {
        "microdnf" => {
            "some versions of `microdnf` ask for confirmation without `-y`, so they fail in a build"
        }
        "dnf5" => "`dnf5` without `-y` asks for confirmation, so it fails in a build",
        "tdnf" => "`tdnf` without `-y` asks for confirmation, so it fails in a build",
        _ => "`dnf` without `-y` asks for confirmation, so it fails in a build",
    },
    help: "add `-y`",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    prompts::check_prompts(cx, run, &ASKS);
}
