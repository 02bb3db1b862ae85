//! DL4004: more than one ENTRYPOINT in a stage.

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::repeated_in_stage;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL4004",
    name: "multiple-entrypoint",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[("MultipleInstructionsDisallowed", DiagnosticPairing::Stage(Kind::Entrypoint))],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL4004.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    for (before, entrypoint) in repeated_in_stage(cx.file, Kind::Entrypoint) {
        cx.report(
            entrypoint,
            entrypoint.keyword.span,
            "this `ENTRYPOINT` replaces an earlier one; only the last one of a stage is used",
        )
        .help("keep only one of them")
        .fix = Some(instruction_edit::delete_instruction(before, cx.file.source));
    }
}
