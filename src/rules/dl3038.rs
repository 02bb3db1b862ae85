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
        run.calls(&programs::DNF).filter(|call| call.does(&INSTALL) && call.lacks(&["y", "assumeyes"]));
    report_asking(cx, run, asking, |first| Asking {
        subcommands: &INSTALL,
        message: match first.command.name.as_deref() {
            Some("microdnf") => "some versions of `microdnf` ask before they install, and nobody answers",
            Some("dnf5") => "`dnf5` asks before it installs, and nobody answers",
            Some("tdnf") => "`tdnf` asks before it installs, and nobody answers",
            _ => "`dnf` asks before it installs, and nobody answers",
        },
        help: "add `-y`",
    });
}
