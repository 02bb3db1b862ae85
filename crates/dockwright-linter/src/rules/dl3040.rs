//! DL3040: dnf keeps its cache in the layer.

use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::families::kept_cache;
use crate::semantic::managers::dnf;
use crate::semantic::{ProgramSyntax, Run};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DL3040",
    name: "dnf-cache-kept",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3040.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let elsewhere = [dnf::CACHE_OF_DNF_5, ".cache/libdnf5"];
    let knows_all = run.view.knows_every_way_to_delete_a_cache;
    if !run.affects_final_image() || elsewhere.iter().any(|path| run.has_cache_or_tmpfs_mount(path)) {
        return;
    }
    if knows_all
        && [dnf::CACHE_OF_DNF, dnf::CACHE_OF_TDNF].iter().any(|path| run.has_cache_or_tmpfs_mount(path))
    {
        return;
    }
    for tool in dnf::DNF.names_in_view(run.view) {
        let does = |command: &ShellCommand, any: &[&str]| {
            command.is(tool) && dnf::DNF.runs_any_subcommand(command, run.view, any)
        };
        let deletes = |command: &ShellCommand| {
            let name = command.name.as_deref().unwrap_or_default();
            let is_one = name == tool || (knows_all && dnf::programs_share_cache(name, tool));
            let cleans = |program: &ProgramSyntax| dnf::deletes_cache(program, command, run.view);
            is_one && (cleans(&dnf::DNF) || cleans(&dnf::YUM))
                || run.removes_part_of(command, &format!("{}*", dnf::CACHE_OF_DNF_5))
                || (knows_all && run.removes_part_of(command, &format!("{}/*", dnf::CACHE_OF_DNF)))
                || (knows_all && run.removes_part_of(command, &format!("{}/*", dnf::CACHE_OF_TDNF)))
        };
        if let Some(install) = run.find_undeleted_cache(|command| does(command, &dnf::FILLS), deletes) {
            kept_cache::report(cx, run, install, (tool, &dnf::FILLS), &format!("{tool} clean all"));
            return;
        }
    }
}
