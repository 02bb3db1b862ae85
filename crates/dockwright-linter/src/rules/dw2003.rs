//! DW2003: interactive tools in the image.

use crate::diagnostic::Severity;
use crate::optimize::{Bytes, StepOutline, facts};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::debug_target;

pub(super) static RULE: Rule = Rule {
    code: "DW2003",
    name: "debug-tool-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2003.md"),
    ..Rule::OPTIMIZER
};

const HELP: &str = "install it in a separate stage, built with `--target`";

fn check(cx: &mut RuleChecker<'_>) {
    let tools = facts::find_debug_tools(cx.semantics);
    let is_for_development = cx.outline().is_some_and(StepOutline::is_for_development);
    if tools.is_empty() || is_for_development {
        return;
    }
    let made = debug_target::move_to_debug_stage(cx, &tools);
    for (run, word, name) in tools {
        let message = format!("`{name}` stays in the image, but nothing in this file uses it");
        let mut commands = cx.semantics.runs.iter().flat_map(|run| &run.script.commands);
        let install =
            commands.find(|command| command.span.start <= word.start && word.end <= command.span.end);
        let install = install.and_then(|command| cx.installs()?.packages_installed_by_call(command));
        let saved = install.and_then(|install| install.bytes_saved_without(std::slice::from_ref(&name)));
        let saving = cx.describe_saving(saved.map(Bytes::estimated));
        let found = cx.report_at(run, word, message).help(HELP).saving(saving);
        match &made {
            Ok(fix) => found.fix(fix.clone()),
            Err(reason) => found.add_reason_not_fixed(reason.clone()),
        };
    }
}
