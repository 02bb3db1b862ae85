//! DL3063: a stage with a reserved name.

use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};

pub(super) static RULE: Rule = Rule {
    code: "DL3063",
    name: "reserved-stage-name",
    leads: &[
        ("ReservedStageName", DiagnosticPairing::Instruction),
        ("StageNameCasing", DiagnosticPairing::Instruction),
    ],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3063.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for stage in &semantics.stages {
        let Some(name) = stage.name else { continue };
        if ["scratch", "context"].contains(&semantics.view.stage_name(&name.text).as_str()) {
            cx.report(
                stage.from,
                name.span,
                format!("`{}` is a reserved name and cannot name a stage", name.text),
            )
            .help("give the stage another name");
        }
    }
}
