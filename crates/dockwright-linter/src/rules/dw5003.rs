//! DW5003: a shell-form RUN in an image without a shell.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::exec_form;

pub(super) static RULE: Rule = Rule {
    code: "DW5003",
    name: "no-shell",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5003.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let Some(absence) = cx.program_absence() else { return };
    for (at, lack) in &absence.without_shell {
        let Some(run) =
            semantics.runs.get(*at).filter(|run| cx.build_runs_instruction_at(run.outer.span.start))
        else {
            continue;
        };
        let message = format!("this `RUN` needs a shell, and `{}` has none", lack.image);
        let offer = exec_form::convert_to_exec_form(cx, run.instruction);
        let span = run.instruction.rest.span;
        cx.report(run.outer, span, message)
            .help("run it in a stage with a shell, and copy the result")
            .fix_or_reason(offer);
    }
}
