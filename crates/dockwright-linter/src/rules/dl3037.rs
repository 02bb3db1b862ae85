//! DL3037: `zypper install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned::UnpinnedPackageRule;
use crate::semantic::Run;
use crate::semantic::managers::zypper;

pub(super) static RULE: Rule = Rule {
    code: "DL3037",
    name: "unpinned-zypper-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3037.md"),
    ..Rule::HADOLINT
};

static UNPINNED: UnpinnedPackageRule = UnpinnedPackageRule {
    program: &zypper::ZYPPER,
    installs: &zypper::INSTALL,
    is_pinned: zypper::is_pinned,
    pinned: |package| format!("`{package}=VERSION`"),
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    UNPINNED.check(cx, run);
}
