//! DL3012: more than one HEALTHCHECK in a stage.

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::repeated_in_stage;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL3012",
    name: "multiple-healthcheck",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[("MultipleInstructionsDisallowed", DiagnosticPairing::Stage(Kind::Healthcheck))],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3012.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    for (before, healthcheck) in repeated_in_stage(cx.file, Kind::Healthcheck) {
        cx.report(
            healthcheck,
            healthcheck.keyword.span,
            "this `HEALTHCHECK` replaces an earlier one; only the last one of a stage is used",
        )
        .help("keep only one of them")
        .fix = Some(instruction_edit::delete_instruction(before, cx.file.source));
    }
}
