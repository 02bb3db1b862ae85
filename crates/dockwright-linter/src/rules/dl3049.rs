//! DL3049: a required label is missing.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::stages_without_label;

pub(super) static RULE: Rule = Rule {
    code: "DL3049",
    name: "missing-label",
    severity: Severity::Info,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3049.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for label in options.label_schema.keys() {
        for stage in stages_without_label(file, semantics, label) {
            cx.report(stage.from, stage.image_word.span, format!("required label `{label}` is missing"))
                .help(format!("add `LABEL {label}=…`"));
        }
    }
}
