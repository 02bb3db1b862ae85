//! DL3038: `dnf install` that waits for an answer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::packages::{Asking, report_asking};
use crate::semantic::managers::dnf;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3038",
    name: "dnf-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3038.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asking = run.calls(&programs::DNF).filter(|call| call.does(&dnf::ASKS) && call.lacks(&dnf::YES));
    report_asking(cx, run, asking, |first| Asking {
        subcommands: &dnf::ASKS,
        message: match first.command.name.as_deref() {
            Some("microdnf") => {
                "some versions of `microdnf` wait for confirmation without `-y` and fail in a build"
            }
            Some("dnf5") => "`dnf5` without `-y` waits for confirmation and fails in a build",
            Some("tdnf") => "`tdnf` without `-y` waits for confirmation and fails in a build",
            _ => "`dnf` without `-y` waits for confirmation and fails in a build",
        },
        help: "add `-y`",
    });
}
