//! DL3041: `dnf install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::rules::unpinned;
use crate::semantic::{is_pinned_rpm, programs, visit_runs_with_variables};
use crate::shell::ShellWord;

pub(super) static RULE: Rule = Rule {
    code: "DL3041",
    name: "unpinned-dnf-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::File(check),
    docs: include_str!("../../rules/DL3041.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>) {
    visit_runs_with_variables(cx.file, cx.semantics, |run, variables| {
        let unpinned = run.calls(&programs::DNF).filter(|call| call.does(&["install"])).flat_map(|call| {
            let packages = call.operands_but(&["install", "module"]);
            if call.command.has_argument(&["module"]) {
                call.unpinned(packages, |module| module.contains(':'))
            } else if call.command.has_argument(&["group"]) {
                Vec::new()
            } else {
                call.unpinned(packages, |package| is_pinned_rpm(package, variables))
            }
        });
        let unpinned: Vec<&ShellWord> = unpinned.collect();
        if run.matters() {
            unpinned::report(cx, run, &unpinned, |package| format!("`{package}-VERSION`"));
        }
    });
}
