//! DL3034: `zypper` that waits for an answer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::packages::{Asking, report_asking};
use crate::semantic::managers::zypper;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3034",
    name: "zypper-interactive",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3034.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asking =
        run.calls(&programs::ZYPPER).filter(|call| call.does(&zypper::ASKS) && call.lacks(&zypper::YES));
    report_asking(cx, run, asking, |_| Asking {
        subcommands: &zypper::ASKS,
        message: "`zypper` without `--non-interactive` waits for confirmation and fails in a build",
        help: "add `--non-interactive` before the subcommand, or `-y` after it",
    });
}
