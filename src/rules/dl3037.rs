//! DL3037: `zypper install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::rules::unpinned;
use crate::semantic::managers::zypper;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3037",
    name: "unpinned-zypper-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3037.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.matters() {
        return;
    }
    let unpinned: Vec<_> = run
        .calls(&programs::ZYPPER)
        .filter(|call| call.does(&zypper::INSTALL))
        .flat_map(|call| {
            call.unpinned(call.operands_but(&zypper::INSTALL), |package| {
                zypper::is_pinned(package, run.view.takes_exclusions_for_packages)
            })
        })
        .collect();
    unpinned::report(cx, run, &unpinned, |package| format!("`{package}=VERSION`"));
}
