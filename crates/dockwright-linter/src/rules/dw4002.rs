//! DW4002: an image without a command.

use crate::optimize::facts;
use crate::rule::{Check, Rule, RuleChecker};

pub(super) static RULE: Rule = Rule {
    code: "DW4002",
    name: "no-command",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4002.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    if !cx.outline().is_some_and(facts::lacks_command) {
        return;
    }
    let Some(stage) = cx.semantics.stages.last() else { return };
    let message = "neither this stage nor its base image sets a command";
    cx.report(stage.from, stage.from.head_span(), message).help("end the stage with `CMD` or `ENTRYPOINT`");
}
