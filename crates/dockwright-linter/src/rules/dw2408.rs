//! DW2408: packages of the base image that a RUN upgrades.

use crate::diagnostic::{ProblemCost, Severity};
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::effects::{Verb, command_effects};
use crate::semantic::managers::is_system_manager;
use crate::semantic::{Run, View};
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW2408",
    name: "base-packages-upgraded",
    severity: Severity::Info,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2408.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if run.onbuild || !run.affects_final_image() || cx.semantics.view != View::Exact {
        return;
    }
    let source = cx.file.source;
    let upgrades = |command: &&ShellCommand| {
        command_effects(command, source).packages.is_some_and(|call| {
            call.verb == Verb::Upgrade && call.packages.is_empty() && is_system_manager(call.manager)
        })
    };
    let Some(upgrade) = run.script.commands.iter().find(upgrades) else { return };
    let name = upgrade.name.as_deref().unwrap_or_default();
    let message = format!("`{name}` stores upgraded packages of the base image a second time");
    cx.report(run.outer, upgrade.name_span(), message)
        .help("build on a current base image: `docker build --pull`, or a newer digest")
        .set_cost(ProblemCost::UnknownSize { usual_megabytes: 15 });
}
