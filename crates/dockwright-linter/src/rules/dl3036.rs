//! DL3036: zypper keeps its cache in the layer.

use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::families::kept_cache;
use crate::semantic::managers::zypper;
use crate::semantic::{Run, programs};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3036",
    name: "zypper-cache-kept",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3036.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image() || run.has_cache_or_tmpfs_mount(zypper::CACHE) {
        return;
    }
    let does =
        |command: &ShellCommand, any: &[&str]| programs::ZYPPER.runs_any_subcommand(command, run.view, any);
    let deletes = |command: &ShellCommand| {
        does(command, &zypper::CLEAN)
            || (run.view.knows_every_way_to_delete_a_cache
                && run.removes_part_of(command, zypper::ALL_OF_CACHE))
    };
    let Some(install) = run.find_undeleted_cache(|command| does(command, &zypper::INSTALL), deletes) else {
        return;
    };
    kept_cache::report(cx, run, install, ("zypper", &zypper::INSTALL), "zypper clean");
}
