//! DL3016: `npm install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned;
use crate::semantic::{Run, View, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3016",
    name: "unpinned-npm-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3016.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() {
        return;
    }
    let subcommands: &[&str] = if run.view.misreads_npm_names { &["install"] } else { &INSTALL };
    let unpinned = run.calls(&programs::NPM).flat_map(|call| {
        if !call.operands.first().is_some_and(|first| subcommands.contains(&first.text.as_str())) {
            return Vec::new();
        }
        let packages =
            call.operands.iter().copied().skip_while(|word| subcommands.contains(&word.text.as_str()));
        call.unpinned_packages(packages, |package| is_pinned(package, run.view))
    });
    let unpinned: Vec<_> = unpinned.collect();
    unpinned::report_pinnable(cx, run, &unpinned, "npm", |package| {
        let sign = if package.contains("://") { '#' } else { '@' };
        format!("`{package}{sign}VERSION`")
    });
}

/// The subcommands that npm documents; `i` is the most common one.
const INSTALL: [&str; 4] = ["install", "i", "in", "add"];

fn is_pinned(package: &str, view: View) -> bool {
    const REPOSITORIES: [&str; 4] = ["git://", "git+ssh://", "git+http://", "git+https://"];
    if REPOSITORIES.iter().any(|scheme| package.starts_with(scheme)) {
        return package.contains('#');
    }
    let is_file = [".tar", ".tar.gz", ".tgz"].iter().any(|suffix| package.ends_with(suffix))
        || ["/", "./", "../", "~/"].iter().any(|start| package.starts_with(start));
    is_file || has_version(package, view)
}

fn has_version(package: &str, view: View) -> bool {
    if !view.misreads_npm_names {
        let is_elsewhere = package == "." || package == ".." || package.contains(':');
        return is_elsewhere || package.get(1..).is_some_and(|rest| rest.contains('@'));
    }
    let Some(scoped) = package.strip_prefix('@') else { return package.contains('@') };
    let name = scoped.trim_start_matches(|c: char| c > '/');
    name.contains('@')
}
