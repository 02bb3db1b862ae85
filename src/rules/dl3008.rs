//! DL3008: `apt-get install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3008",
    name: "unpinned-apt-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3008.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.matters() {
        return;
    }
    let unpinned = run
        .calls(&programs::APT_GET)
        .filter(|call| call.does(&["install"]))
        .find_map(|call| call.unpinned(call.operands_but(&["install"]), is_pinned));
    if let Some(package) = unpinned {
        cx.report(run.outer, package.span, format!("`{}` is installed without a version", package.text))
            .help(format!("write `{}=VERSION` where builds must be repeatable", package.text));
    }
}

/// `name=version`, `name/release`, or a file.
fn is_pinned(package: &str) -> bool {
    package.contains(['=', '/']) || package.ends_with(".deb")
}
