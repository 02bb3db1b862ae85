//! DL3019: `apk add` keeps its index in the layer.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::clean_up;
use crate::semantic::managers::apk;
use crate::semantic::{ProgramCall, Run, View, programs};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3019",
    name: "apk-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3019.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() || run.is_offline() || run.has_cache_or_tmpfs_mount(apk::CACHE) {
        return;
    }
    let keeps = run.calls(&programs::APK).find(|call| {
        call.is_subcommand(&["add"])
            && call.lacks_options(&["no-cache"])
            && !uses_existing_index(call, run.view)
    });
    let Some(call) = keeps else { return };
    let removes = |command: &ShellCommand| run.removes_part_of(command, apk::ALL_OF_CACHE);
    if run.view.knows_every_way_to_delete_a_cache
        && run.find_undeleted_cache(|command| command == call.command, removes).is_none()
    {
        return;
    }
    let offer = clean_up::add_apk_no_cache(cx, run);
    let saved = cx.wasted_bytes(run.instruction, WasteCause::Caches, Some(apk::PACKAGE_INDEX));
    let saving = cx.describe_saving(saved);
    cx.report(
        run.outer,
        call.command.span_of_argument(&["add"]),
        "`apk add` leaves its package index in the image",
    )
    .help("add `--no-cache`")
    .saving(saving)
    .fix_or_reason(offer);
}

/// Whether `apk` uses the existing index because it has no network. hadolint requires `--no-cache` anyway.
fn uses_existing_index(call: &ProgramCall<'_>, view: View) -> bool {
    view.knows_every_way_to_delete_a_cache && call.has_option("no-network")
}
