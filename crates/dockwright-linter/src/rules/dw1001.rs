//! DW1001: a stage that nothing needs.

use crate::diagnostic::Severity;
use crate::optimize::facts;
use crate::rule::{Check, OptimizerScope, Rule, RuleChecker};

pub(super) static RULE: Rule = Rule {
    code: "DW1001",
    name: "unreachable-stage",
    severity: Severity::Info,
    in_optimizer: OptimizerScope::AllStages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1001.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for index in facts::find_unreachable_stages(outline) {
        let Some(stage) = cx.semantics.stages.get(index) else { continue };
        cx.report(stage.from, stage.from.head_span(), "unused stage without a name")
            .help("delete it, or name it with `AS`");
    }
}
