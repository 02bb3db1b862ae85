//! DW2202: `chown` in a later layer than the files.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::{fold, owner_of_copy};

pub(super) static RULE: Rule = Rule {
    code: "DW2202",
    name: "owner-changed-later",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::CopiedUp),
    check: Check::File(check),
    docs: include_str!("../../rules/DW2202.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut Checker<'_>) {
    fold::report(
        cx,
        &["chown", "chgrp"],
        "the ownership change stores",
        "use `COPY --chown`",
        owner_of_copy::fix,
    );
}
