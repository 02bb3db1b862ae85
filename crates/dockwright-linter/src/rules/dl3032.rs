//! DL3032: yum keeps its cache in the layer.

use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::families::kept_cache;
use crate::semantic::Run;
use crate::semantic::managers::dnf;
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3032",
    name: "yum-cache-kept",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3032.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.affects_final_image()
        || (run.view.knows_every_way_to_delete_a_cache && run.has_cache_or_tmpfs_mount(dnf::CACHE_OF_YUM))
    {
        return;
    }
    let does = |command: &ShellCommand, any: &[&str]| dnf::YUM.runs_any_subcommand(command, run.view, any);
    let deletes = |command: &ShellCommand| {
        dnf::deletes_cache(&dnf::YUM, command, run.view)
            || (run.view.knows_every_way_to_delete_a_cache
                && command.name.as_deref().is_some_and(|name| dnf::programs_share_cache(name, "yum"))
                && dnf::deletes_cache(&dnf::DNF, command, run.view))
            || run.removes_part_of(command, &format!("{}/*", dnf::CACHE_OF_YUM))
    };
    let Some(install) = run.find_undeleted_cache(|command| does(command, &["install"]), deletes) else {
        return;
    };
    kept_cache::report(cx, run, install, ("yum", &["install"]), "yum clean all");
}
