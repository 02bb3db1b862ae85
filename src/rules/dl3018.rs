//! DL3018: `apk add` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
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
    let unpinned = run
        .calls(&programs::APK)
        .filter(|call| call.does(&["add"]))
        .find_map(|call| call.unpinned(call.operands_but(&["add"]), is_pinned));
    if let Some(package) = unpinned {
        cx.report(run.outer, package.span, format!("`{}` is installed without a version", package.text))
            .help(format!(
                "write `{}=VERSION` or `{0}~VERSION` where builds must be repeatable",
                package.text
            ));
    }
}

/// With a version, or a file.
fn is_pinned(package: &str) -> bool {
    package.contains(['=', '~', '>', '<']) || package.ends_with(".apk")
}
