//! DL3008: `apt-get install` without versions.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::families::unpinned::{self, UnpinnedPackageRule};
use crate::semantic::Run;
use crate::semantic::managers::apt;
use crate::shell::ShellWord;

pub(super) static RULE: Rule = Rule {
    code: "DL3008",
    name: "unpinned-apt-package",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3008.md"),
    ..Rule::HADOLINT
};

static UNPINNED: UnpinnedPackageRule = UnpinnedPackageRule {
    program: &apt::APT_GET,
    installs: &["install"],
    is_pinned: apt::is_pinned,
    pinned: |package| format!("`{package}=VERSION`"),
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let unpinned = UNPINNED.packages(run);
    if !run.affects_final_image() || unpinned.is_empty() {
        return;
    }
    let installs = cx.installs();
    let release_of = |package: &ShellWord| {
        let command = run.script.commands.iter().find(|command| command.span.contains(package.span))?;
        installs?.debian_release_at(command)
    };
    let release = unpinned.iter().find_map(|package| release_of(package));
    let pinned = |package: &str| {
        let pinned = (UNPINNED.pinned)(package);
        match release.and_then(|release| Some((release, release.version(package)?))) {
            Some((release, version)) => {
                format!("{pinned} ({version} as of {})", release.date())
            }
            None => pinned,
        }
    };
    match release {
        Some(_) => unpinned::report_pinnable(cx, run, &unpinned, "apt", pinned),
        // `dockwright pin` does not know where the packages come from.
        None => unpinned::report_unpinned(cx, run, &unpinned, pinned),
    }
}
