//! DL3030: `yum install` that waits for an answer.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::packages::{Asking, report_asking};
use crate::semantic::managers::dnf;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3030",
    name: "yum-without-yes",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3030.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let asking = run.calls(&programs::YUM).filter(|call| call.does(&dnf::ASKS) && call.lacks(&dnf::YES));
    report_asking(cx, run, asking, |_| Asking {
        subcommands: &dnf::ASKS,
        message: "`yum` without `-y` waits for confirmation and fails in a build",
        help: "add `-y`",
    });
}
