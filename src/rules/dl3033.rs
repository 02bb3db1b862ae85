//! DL3033: `yum install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::semantic::{Run, is_pinned_rpm, programs, visit_runs_with_variables};
use crate::shell::ShellWord;

pub(super) static RULE: Rule = Rule {
    code: "DL3033",
    name: "unpinned-yum-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::File(check),
    docs: include_str!("../../rules/DL3033.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>) {
    visit_runs_with_variables(cx.file, cx.semantics, |run, variables| {
        let unpinned = run.calls(&programs::YUM).filter(|call| call.does(&["install"])).find_map(|call| {
            let packages = call.operands_but(&["install", "module"]);
            if call.command.has_argument(&["module"]) {
                call.unpinned(packages, |module| module.contains(':'))
            } else {
                call.unpinned(packages, |package| is_pinned_rpm(package, variables))
            }
        });
        report(cx, run, unpinned);
    });
}

fn report(cx: &mut Checker<'_>, run: &Run<'_>, unpinned: Option<&ShellWord>) {
    if let Some(package) = unpinned.filter(|_| run.matters()) {
        cx.report(run.outer, package.span, format!("`{}` is installed without a version", package.text))
            .help(format!("write `{}-VERSION` where builds must be repeatable", package.text));
    }
}
