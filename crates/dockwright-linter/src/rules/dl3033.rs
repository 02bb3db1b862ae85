//! DL3033: `yum install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned;
use crate::semantic::managers::dnf;

pub(super) static RULE: Rule = Rule {
    code: "DL3033",
    name: "unpinned-yum-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3033.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    unpinned::check_rpm(cx, &dnf::YUM, true);
}
