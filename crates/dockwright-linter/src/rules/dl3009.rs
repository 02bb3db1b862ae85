//! DL3009: the package lists of apt stay in the layer.

use crate::diagnostic::Severity;
use crate::optimize::facts::measured_cache_size;
use crate::optimize::{Bytes, WasteCause};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::clean_up;
use crate::semantic::managers::apt;
use crate::semantic::{Run, View};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3009",
    name: "apt-lists-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3009.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.ships {
        return;
    }
    let Some(update) = run.script.commands.iter().find(|command| fetches_package_lists(run, command)) else {
        return;
    };
    let removes = |command: &ShellCommand| run.removes_part_of(command, apt::ALL_LISTS);
    let is_gone = if run.view.removal_may_come_first {
        run.script.commands.iter().any(removes)
    } else {
        run.find_undeleted_cache(
            |command| fetches_package_lists(run, command),
            |command| removes(command) || is_distclean(command),
        )
        .is_none()
    };
    let elsewhere = run.has_cache_or_tmpfs_mount(apt::LISTS)
        || (run.has_cache_or_tmpfs_mount(apt::STATE) && run.has_cache_or_tmpfs_mount(apt::PACKAGES));
    if is_gone || elsewhere {
        return;
    }
    let offer = clean_up::remove_apt_lists(cx, run);
    let distribution = run.stage.and_then(|stage| cx.semantics.distribution(stage));
    let help = format!("end the `RUN` with `{}`", apt::REMOVE_LISTS);
    let saving =
        cx.describe_saving(measured_cache_size("apt-lists", distribution.as_ref()).map(Bytes::measured));
    let program = update.name.as_deref().unwrap_or_default();
    let message = if apt::updates_lists_first(update) {
        format!("`{program}` with `--update` leaves package lists in the image")
    } else {
        "`apt-get update` leaves its package lists in the image".to_string()
    };
    cx.report(run.outer, update.span, message).help(help).saving(saving).fix_or_reason(offer);
}

fn fetches_package_lists(run: &Run<'_>, command: &ShellCommand) -> bool {
    match run.view {
        View::Exact => apt::fetches_lists(command),
        View::Hadolint => command.is_any(&apt::NAMES) && command.has_argument(&["update"]),
    }
}

/// Whether the command is the clean-up of apt 2.9 and later, which also deletes the lists.
fn is_distclean(command: &ShellCommand) -> bool {
    command.is_any(&apt::WITH_DISTCLEAN) && command.has_argument(&apt::DISTCLEAN)
}
