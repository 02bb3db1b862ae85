//! DL3053: a label of type `rfc3339` is not a date and time of RFC 3339.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{LabelType, invalid_labels};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3053",
    name: "label-not-rfc3339",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3053.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for setting in invalid_labels(file, label, semantics.view, &options.label_schema, LabelType::Rfc3339) {
        cx.report(
            label,
            setting.pair.value.span,
            format!("label `{}` is not an RFC 3339 date and time", setting.key),
        )
        .help("use the format `2024-07-01T12:00:00Z`");
    }
}
