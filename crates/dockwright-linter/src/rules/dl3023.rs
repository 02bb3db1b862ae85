//! DL3023: a stage copies from itself.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::CopyFromOrigin;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3023",
    name: "copy-from-own-stage",
    severity: Severity::Error,
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DL3023.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let Some(from) = copy.flag_value("from") else { return };
    if cx.semantics.copy_from_origin(&from.text, cx.semantics.stage_at(copy.span.start))
        == CopyFromOrigin::Own
    {
        cx.report(copy, from.span, format!("this `COPY --from` refers to its own stage, `{}`", from.text))
            .help("copy from another stage, or use `cp` in a `RUN` within one stage");
    }
}
