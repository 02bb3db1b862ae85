//! DW1104: sources copied before an install that needs only a few of them.

use crate::diagnostic::{ProblemCost, Severity};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::copy_split::{build_fix, dependency_files, find_copy_sites};

pub(super) static RULE: Rule = Rule {
    code: "DW1104",
    name: "source-before-install",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // Files copied with all sources are now copied by name, and the install becomes a separate command.
    reveals: &[
        "DW3001", "DW1201", "DW2101", "DW2102", "DW2103", "DW2104", "DW2105", "DW2402", "DL3042", "DL3060",
        "DL3059",
    ],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1104.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    for site in find_copy_sites(cx) {
        let copy = site.copy.instruction;
        let line = cx.semantics.line(site.install.command.span.start);
        let call = &site.install.call;
        let call = if call.len() > 60 { site.install.manager } else { call };
        let message = format!("any change to the files copied here reruns `{call}` on line {line}");
        let offer = build_fix(cx, &site).map_err(Into::into);
        let advice = if site.is_part {
            site.install.advice_for_part()
        } else {
            site.install.advice(&dependency_files(cx, &site))
        };
        let rebuilt = vec![site.run.instruction.span.start];
        cx.report_at(copy.span, copy.rest.span, message)
            .help(advice)
            .set_cost(ProblemCost::Rebuild(rebuilt))
            .fix_or_reason(offer);
    }
}
