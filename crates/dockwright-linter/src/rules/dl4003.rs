//! DL4003: more than one CMD in a stage.

use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes::instruction_edit;
use crate::semantic::repeated_in_stage;
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL4003",
    name: "multiple-cmd",
    fixable: Fixable::Sometimes,
    leads: &[("MultipleInstructionsDisallowed", DiagnosticPairing::Stage(Kind::Cmd))],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL4003.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    for (before, cmd) in repeated_in_stage(cx.file, Kind::Cmd) {
        cx.report(
            cmd,
            cmd.keyword.span,
            "this `CMD` replaces an earlier one; only the last one of a stage is used",
        )
        .help("keep only one of them")
        .fix = Some(instruction_edit::delete_instruction(before, cx.file.source));
    }
}
