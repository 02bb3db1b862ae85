//! DL3009: the package lists of apt stay in the layer.

use crate::diagnostic::Severity;
use crate::facts::about;
use crate::optimize::facts::measured;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::shell::Command;

pub(super) static RULE: Rule = Rule {
    code: "DL3009",
    name: "apt-lists-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: true,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3009.md"),
    ..Rule::HADOLINT
};

const HELP: &str = "end the `RUN` with `rm -rf /var/lib/apt/lists/*`";

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.ships {
        return;
    }
    let Some(update) = run.script.commands.iter().find(|command| is_update(command)) else { return };
    let removes = |command: &Command| run.removes(command, "/var/lib/apt/lists/*");
    let is_gone = if run.view.removal_may_come_first() {
        run.script.commands.iter().any(removes)
    } else {
        run.unemptied(is_update, |command| removes(command) || is_distclean(command)).is_none()
    };
    let elsewhere = run.has_throwaway_mount("/var/lib/apt/lists")
        || (run.has_throwaway_mount("/var/lib/apt") && run.has_throwaway_mount("/var/cache/apt"));
    if is_gone || elsewhere {
        return;
    }
    let offer = clean_up::apt_lists(cx, run);
    let distribution = run.stage.and_then(|stage| cx.semantics.distribution(stage));
    let help = match measured("apt-lists", distribution.as_ref()) {
        Some(bytes) => format!("{HELP}, which saves ~{}", about(bytes)),
        None => HELP.to_string(),
    };
    cx.report(run.outer, update.span, "`apt-get update` leaves its package lists in the image")
        .help(help)
        .offer(offer);
}

fn is_update(command: &Command) -> bool {
    command.is_any(&["apt", "apt-get", "aptitude"]) && command.has_argument(&["update"])
}

/// The clean-up of apt 2.9 and later, which takes the lists along.
fn is_distclean(command: &Command) -> bool {
    command.is_any(&["apt", "apt-get"]) && command.has_argument(&["distclean", "dist-clean"])
}
