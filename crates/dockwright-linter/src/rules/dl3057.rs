//! DL3057: an image without HEALTHCHECK.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::stages_without_healthcheck;

pub(super) static RULE: Rule = Rule {
    code: "DL3057",
    name: "missing-healthcheck",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3057.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    for stage in stages_without_healthcheck(file, semantics) {
        cx.report(stage.from, stage.image_word.span, "`HEALTHCHECK` is missing")
            .help("add a `HEALTHCHECK`, or `HEALTHCHECK NONE` to opt out");
    }
}
