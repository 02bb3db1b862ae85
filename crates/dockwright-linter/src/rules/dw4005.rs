//! DW4005: a heredoc that continues after a command fails.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::shell_change;

pub(super) static RULE: Rule = Rule {
    code: "DW4005",
    name: "heredoc-ignores-errors",
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::No,
    // `! command` does not stop a script with `set -e`.
    reveals: &["SC2251"],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4005.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    if semantics.runs.iter().all(|run| run.instruction.heredocs.is_empty()) {
        return;
    }
    for run in &semantics.runs {
        let checks = shell_change::shell_stops_at_errors(cx, run);
        if semantics.is_windows(run.outer.span.start) {
            continue;
        }
        let Some(script) = semantics.error_ignoring_script(run, checks) else { continue };
        let indent: String = String::from_utf8_lossy(script.heredoc.body.bytes(cx.file.source))
            .chars()
            .take_while(|c| script.heredoc.chomp && *c == '\t')
            .collect();
        // The fix would separate the `#!` line from the commands after it.
        let offer: FixOrReason = if script.has_shebang {
            Err("the script starts with a `#!` line".into())
        } else {
            let edit = Edit::insert(script.heredoc.body.start, format!("{indent}set -e\n"));
            let fix = Fix::new(Applicability::UnsafeLow, "add `set -e`", [edit]);
            Ok(fix.with_risk("a failure may be expected"))
        };
        cx.report(
            run.outer,
            script.heredoc.operator,
            "failures before the last command of this heredoc go unnoticed (no `set -e`)",
        )
        .help("start it with `set -e`")
        .fix_or_reason(offer);
    }
}
