//! DL3038: `dnf install` that waits for an answer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::packages::{Asking, report_asking};
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3038",
    name: "dnf-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3038.md"),
    ..Rule::HADOLINT
};

const INSTALL: [&str; 3] = ["install", "groupinstall", "localinstall"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asking =
        run.calls(&programs::DNF).filter(|call| call.does(&INSTALL) && !call.has_any(&["y", "assumeyes"]));
    report_asking(cx, run, asking, |first| Asking {
        subcommands: &INSTALL,
        message: if first.command.is("microdnf") {
            "some versions of `microdnf` ask before they install, and nobody answers"
        } else {
            "`dnf` asks before it installs, and nobody answers"
        },
        help: "add `-y`",
    });
}
