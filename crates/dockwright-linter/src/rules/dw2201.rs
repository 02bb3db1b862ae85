//! DW2201: `chmod` in a later layer than the file.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{fold_into_copy, mode_of_copy};

pub(super) static RULE: Rule = Rule {
    code: "DW2201",
    name: "mode-changed-later",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::CopiedUp),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2201.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    fold_into_copy::report_changes(
        cx,
        &["chmod"],
        "use `COPY --chmod`, or set the mode in the build context",
        mode_of_copy::set_mode_in_copy,
    );
}
