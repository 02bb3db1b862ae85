//! DL3018: `apk add` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned::UnpinnedPackageRule;
use crate::semantic::Run;
use crate::semantic::managers::apk;

pub(super) static RULE: Rule = Rule {
    code: "DL3018",
    name: "unpinned-apk-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3018.md"),
    ..Rule::HADOLINT
};

static UNPINNED: UnpinnedPackageRule = UnpinnedPackageRule {
    program: &apk::APK,
    installs: &["add"],
    is_pinned: apk::is_pinned,
    pinned: |package| format!("`{package}=VERSION` or `{package}~VERSION`"),
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    UNPINNED.check(cx, run);
}
