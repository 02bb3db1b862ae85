//! DL3062: `go install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned;
use crate::semantic::{ProgramCall, Run, View, programs};
use crate::shell::ShellWord;

pub(super) static RULE: Rule = Rule {
    code: "DL3062",
    name: "unpinned-go-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3062.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
        return;
    }
    let calls: Vec<ProgramCall<'_>> = run.calls(&programs::GO).collect();
    let run_packages: Vec<&ShellWord> = calls
        .iter()
        .filter(|call| call.is_subcommand(&["run"]))
        .flat_map(|call| call.operands.iter().take(2).copied().filter(|word| word.text != "run"))
        .collect();
    let packages: Vec<&ShellWord> = if run_packages.is_empty() {
        let installs = calls.iter().filter(|call| call.is_subcommand(&["install", "get"]));
        installs.flat_map(|call| call.operands_without_subcommand(&["install", "get", "tool"])).collect()
    } else {
        run_packages
    };
    let Some(first) = calls.first() else { return };
    let unpinned = first.unpinned_packages(packages.into_iter(), |package| is_pinned(package, run.view));
    unpinned::report_pinnable(cx, run, &unpinned, "go", |package| {
        format!("`{}@VERSION`", package.split('@').next().unwrap_or_default())
    });
}

fn is_pinned(package: &str, view: View) -> bool {
    let has_version = package.contains('@') && !package.ends_with("@latest") && !package.ends_with("@none");
    has_version
        || package.starts_with(['.', '/'])
        || (!view.requires_versions_of_go_files && is_local(package))
}

/// Whether the package is a file, or belongs to the module or to Go itself: its path does not begin with a
/// host.
fn is_local(package: &str) -> bool {
    let host = package.split('/').next().unwrap_or_default();
    package.ends_with(".go") || !host.contains('.')
}
