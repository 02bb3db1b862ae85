//! DL3034: `zypper` that waits for an answer.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::packages;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3034",
    name: "zypper-interactive",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3034.md"),
};

const CHANGES: [&str; 7] = ["install", "in", "remove", "rm", "source-install", "si", "patch"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asks = || {
        run.calls(&programs::ZYPPER).filter(|call| {
            call.does(&CHANGES)
                && !call.has_any(&["non-interactive", "n", "no-confirm", "y"])
                && !run.is_answered(call.command)
        })
    };
    if let Some(call) = asks().next() {
        let offer = packages::yes(cx, run, asks().map(|call| call.command), &CHANGES);
        cx.report(
            run.outer,
            call.command.span_of(&CHANGES),
            "`zypper` asks before it changes anything, and nobody answers",
        )
        .help("add `--non-interactive` before the subcommand, or `-y` after it")
        .offer(offer);
    }
}
