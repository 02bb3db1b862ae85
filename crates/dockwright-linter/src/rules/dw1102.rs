//! DW1102: two RUNs that install with one package manager.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::install_once;
use crate::semantic::Run;

pub(crate) static RULE: Rule = Rule {
    code: "DW1102",
    name: "consecutive-installs",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1102.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let runs: Vec<&Run<'_>> = semantics.runs.iter().filter(|run| !run.onbuild).collect();
    for pair in runs.windows(2) {
        let [first, second] = pair else { continue };
        // A pair that cannot be merged is not reported: they may be separate for a reason.
        let Some(fix) = install_once::merge_installs(cx, first, second) else { continue };
        let keyword = second.outer.keyword.span;
        cx.report(second.outer, keyword, "this `RUN` uses the same package manager as the previous one")
            .help(
                "install all packages in one `RUN`, which creates one layer and reads the package index once",
            )
            .fix = Some(fix);
    }
}
