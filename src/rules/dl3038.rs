//! DL3038: `dnf install` that waits for an answer.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::packages;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3038",
    name: "dnf-without-yes",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3038.md"),
};

const INSTALL: [&str; 3] = ["install", "groupinstall", "localinstall"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asks = || {
        run.calls(&programs::DNF).filter(|call| {
            call.does(&INSTALL) && !call.has_any(&["y", "assumeyes"]) && !run.is_answered(call.command)
        })
    };
    if let Some(call) = asks().next() {
        let message = if call.command.is("microdnf") {
            "some versions of `microdnf` ask before they install, and nobody answers"
        } else {
            "`dnf` asks before it installs, and nobody answers"
        };
        let offer = packages::yes(cx, run, asks().map(|call| call.command), &INSTALL);
        cx.report(run.outer, call.command.span_of(&INSTALL), message).help("add `-y`").offer(offer);
    }
}
