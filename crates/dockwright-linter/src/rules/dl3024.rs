//! DL3024: two stages with the same name.

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};

pub(super) static RULE: Rule = Rule {
    code: "DL3024",
    name: "duplicate-stage-name",
    severity: Severity::Error,
    leads: &[("DuplicateStageName", DiagnosticPairing::Instruction)],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3024.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let mut names = HashSet::new();
    for stage in &semantics.stages {
        let Some(name) = stage.name else { continue };
        if !names.insert(semantics.view.stage_name(&name.text)) {
            cx.report(stage.from, name.span, format!("an earlier stage is already named `{}`", name.text))
                .help("give each stage a unique name");
        }
    }
}
