//! DL3037: `zypper install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::rules::unpinned;
use crate::semantic::{Run, View, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3037",
    name: "unpinned-zypper-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3037.md"),
    ..Rule::HADOLINT
};

const INSTALL: [&str; 2] = ["install", "in"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.matters() {
        return;
    }
    let unpinned: Vec<_> = run
        .calls(&programs::ZYPPER)
        .filter(|call| call.does(&INSTALL))
        .flat_map(|call| call.unpinned(call.operands_but(&INSTALL), |package| is_pinned(package, run.view)))
        .collect();
    unpinned::report(cx, run, &unpinned, |package| format!("`{package}=VERSION`"));
}

/// With a version, or a file.
/// `name=version`, a range, or a file. `!name` is a package that is removed.
fn is_pinned(package: &str, view: View) -> bool {
    package.contains(['=', '>', '<'])
        || package.ends_with(".rpm")
        || (!view.takes_exclusions_for_packages() && package.starts_with('!'))
}
