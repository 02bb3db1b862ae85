//! DW4002: an image that says nothing about what to run.

use crate::diagnostic::Severity;
use crate::optimize::facts;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};

pub(super) static RULE: Rule = Rule {
    code: "DW4002",
    name: "no-command",
    group: Group::Dockwright,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Preview,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DW4002.md"),
};

fn check(cx: &mut Checker<'_>) {
    if !cx.outline().is_some_and(facts::lacks_command) {
        return;
    }
    let Some(stage) = cx.semantics.stages.last() else { return };
    let message = "neither this stage nor its base says what a container runs";
    cx.report(stage.from, stage.from.head(), message).help("end the stage with CMD or ENTRYPOINT");
}
