//! DL3063: a stage with a reserved name.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};

pub(super) static RULE: Rule = Rule {
    code: "DL3063",
    name: "reserved-stage-name",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/DL3063.md"),
};

fn check(cx: &mut Checker<'_>) {
    let semantics = cx.semantics;
    for stage in &semantics.stages {
        let Some(name) = stage.name else { continue };
        if ["scratch", "context"].contains(&semantics.view.stage_name(&name.text).as_str()) {
            cx.report(
                stage.from,
                name.span,
                format!("`{}` has a meaning of its own for the builder", name.text),
            )
            .help("give the stage another name");
        }
    }
}
