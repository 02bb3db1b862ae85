//! DL3060: yarn keeps its cache in the layer.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::clean_up;
use crate::semantic::{ProgramCall, Run, View, programs};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3060",
    name: "yarn-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3060.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.ships {
        return;
    }
    let fills = |command: &ShellCommand| {
        programs::YARN.read(command, run.view).is_some_and(|call| is_install(&call, run.view))
    };
    let deletes = |command: &ShellCommand| {
        (programs::YARN.runs_any_subcommand(command, run.view, &["cache", "clean"])
            && (run.view.takes_part_of_a_cache_for_all || command.has_argument(&["clean"])))
            || (run.view.knows_every_way_to_delete_a_cache && removes_cache(command))
    };
    let Some(install) = run.find_undeleted_cache(fills, deletes).filter(|install| !deletes(install)) else {
        return;
    };
    // A cleanup that comes too early shows that no cache mount was intended.
    let is_cleaned = run.script.commands.iter().any(deletes);
    if run.has_cache_or_tmpfs_mount(".cache/yarn") && !(is_cleaned && run.view.compares_first_of_each) {
        return;
    }
    let offer = clean_up::clean_yarn_cache(cx, run, install);
    cx.report(
        run.outer,
        install.span_of_argument(&["install", "add"]),
        "`yarn` leaves its download cache in the image",
    )
    .help("end the `RUN` with `yarn cache clean`, or use a cache mount")
    .fix_or_reason(offer);
}

fn is_install(call: &ProgramCall<'_>, view: View) -> bool {
    let bare = call.operands.is_empty() && !call.has_any_of_options(&["version", "v", "help", "h"]);
    call.is_subcommand(&["install"])
        || (!view.knows_yarn_install_only && (bare || call.is_subcommand(&["add"])))
}

fn removes_cache(command: &ShellCommand) -> bool {
    let is_cache = |path: &str| path.contains("cache") || path.contains("yarn");
    command.is("rm") && command.operands().any(|path| is_cache(&path.text))
}
