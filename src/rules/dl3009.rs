//! DL3009: the package lists of apt stay in the layer.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::packages;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3009",
    name: "apt-lists-kept",
    group: Group::Hadolint,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3009.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.ships {
        return;
    }
    let update = ["apt", "apt-get", "aptitude"].iter().find_map(|apt| run.commands(apt, &["update"]).next());
    let Some(update) = update else { return };
    let removed = run.commands("rm", &["-rf", "/var/lib/apt/lists/*"]).next().is_some();
    let elsewhere = run.has_throwaway_mount("/var/lib/apt/lists")
        || (run.has_throwaway_mount("/var/lib/apt") && run.has_throwaway_mount("/var/cache/apt"));
    if removed || elsewhere {
        return;
    }
    let fix = packages::apt_lists(cx, run);
    cx.report(run.outer, update.span, "the package lists that this fetches stay in the image")
        .help("end the `RUN` with `rm -rf /var/lib/apt/lists/*`").fix = fix;
}
