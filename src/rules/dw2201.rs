//! DW2201: `chmod` in a later layer than the file.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::{fold, mode_of_copy};

pub(super) static RULE: Rule = Rule {
    code: "DW2201",
    name: "mode-changed-later",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::CopiedUp),
    check: Check::File(check),
    docs: include_str!("../../rules/DW2201.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut Checker<'_>) {
    fold::report(
        cx,
        &["chmod"],
        "`chmod` stores",
        "use `COPY --chmod`, or set the mode in the build context",
        mode_of_copy::fix,
    );
}
