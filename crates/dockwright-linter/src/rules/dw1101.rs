//! DW1101: `apt-get update` in a separate RUN.

use crate::diagnostic::Applicability;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{merge, update_later};
use crate::semantic::Run;
use crate::semantic::managers::apt;
use crate::shell::{ParseOutcome, ShellCommand};

pub(crate) static RULE: Rule = Rule {
    code: "DW1101",
    name: "apt-update-alone",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1101.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let runs: Vec<&Run<'_>> = semantics.runs.iter().filter(|run| !run.onbuild).collect();
    for (at, run) in runs.iter().enumerate() {
        let Some(update) =
            run.script.commands.iter().rev().find(|command| runs_subcommand(command, "update"))
        else {
            continue;
        };
        if only_installs(run)
            || run.script.reading != ParseOutcome::Complete
            || run.has_cache_or_tmpfs_mount(apt::STATE)
        {
            continue;
        }
        let later = || runs.get(at + 1..).unwrap_or_default().iter().filter(|later| later.stage == run.stage);
        let depends = |later: &&&Run<'_>| only_installs(later) && !only_updates(later);
        if !later().any(|later| depends(&later)) {
            continue;
        }
        // An upgrade uses the lists in the same way.
        let between: Vec<&Run<'_>> = later().copied().take_while(|later| !depends(&later)).collect();
        let (certain, doubtful) = (Applicability::Safe, Applicability::Suggestion);
        let offer = match later().nth(between.len()) {
            Some(install) if between.iter().all(|run| only_upgrades(run)) => {
                let all: Vec<&Run<'_>> = [*run].into_iter().chain(between).chain([*install]).collect();
                let joined = merge::offer_merge_all(cx, &all, certain, doubtful);
                match all.as_slice() {
                    [first, second] => joined.or_else(|reason| {
                        update_later::offer_later_update(cx, first, second).map_err(|_| reason)
                    }),
                    _ => joined,
                }
            }
            _ => Err("another `RUN` is between the update and the install".into()),
        };
        cx.report(
            run.outer,
            update.span,
            "`apt-get update` in its own `RUN` can serve stale package lists from the cache",
        )
        .help("update and install in one `RUN`: cached lists may name packages that no longer exist")
        .fix_or_reason(offer);
    }
}

fn runs_subcommand(command: &ShellCommand, subcommand: &str) -> bool {
    command.is_any(&apt::NAMES) && command.operands().any(|word| word.text == subcommand)
}

fn only_installs(run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| runs_subcommand(command, "install"))
}

/// Whether the RUN only upgrades installed packages.
fn only_upgrades(run: &Run<'_>) -> bool {
    run.script.commands.iter().all(|command| apt::UPGRADE.iter().any(|word| runs_subcommand(command, word)))
}

fn only_updates(run: &Run<'_>) -> bool {
    run.script.commands.iter().any(apt::fetches_lists)
}
