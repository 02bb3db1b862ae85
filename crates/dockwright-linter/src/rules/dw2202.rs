//! DW2202: `chown` in a later layer than the files.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{fold_into_copy, owner_of_copy};

pub(super) static RULE: Rule = Rule {
    code: "DW2202",
    name: "owner-changed-later",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::CopiedUp),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2202.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    fold_into_copy::report_changes(
        cx,
        &["chown", "chgrp"],
        "use `COPY --chown`",
        owner_of_copy::set_owner_in_copy,
    );
}
