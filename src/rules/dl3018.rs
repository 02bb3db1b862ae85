//! DL3018: `apk add` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::rules::unpinned;
use crate::semantic::managers::apk;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3018",
    name: "unpinned-apk-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3018.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.matters() {
        return;
    }
    let unpinned: Vec<_> = run
        .calls(&programs::APK)
        .filter(|call| call.does(&["add"]))
        .flat_map(|call| {
            call.unpinned(call.operands_but(&["add"]), |package| {
                apk::is_pinned(package, run.view.takes_exclusions_for_packages)
            })
        })
        .collect();
    unpinned::report(cx, run, &unpinned, |package| format!("`{package}=VERSION` or `{package}~VERSION`"));
}
