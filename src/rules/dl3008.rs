//! DL3008: `apt-get install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Rule};
use crate::rules::unpinned;
use crate::semantic::managers::apt;
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
    let unpinned: Vec<_> = run
        .calls(&programs::APT_GET)
        .filter(|call| call.does(&["install"]))
        .flat_map(|call| {
            call.unpinned(call.operands_but(&["install"]), |package| {
                apt::is_pinned(package, run.view.takes_exclusions_for_packages)
            })
        })
        .collect();
    if unpinned.is_empty() {
        return;
    }
    let release = run.stage.and_then(|stage| cx.installs()?.only_source(stage));
    unpinned::report(cx, run, &unpinned, |package| {
        let pinned = format!("`{package}=VERSION`");
        match release.and_then(|release| Some((release, release.version(package)?))) {
            Some((release, version)) => {
                format!("{pinned} ({version} in Debian {} on {})", release.name(), release.date())
            }
            None => pinned,
        }
    });
}
