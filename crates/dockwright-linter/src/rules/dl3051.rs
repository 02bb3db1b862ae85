//! DL3051: a label of the schema without a value.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{KeyValueSetting, LabelType, schema_labels_matching};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3051",
    name: "empty-label",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3051.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    let is_empty = |setting: &KeyValueSetting<'_, '_>, _: LabelType| setting.value.is_empty();
    for setting in schema_labels_matching(file, label, semantics.view, &options.label_schema, is_empty) {
        cx.report(label, setting.pair.key.span, format!("label `{}` is empty", setting.key))
            .help("give it a value");
    }
}
