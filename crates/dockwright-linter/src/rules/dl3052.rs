//! DL3052: a label of type `url` is not a URL.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{LabelType, invalid_labels};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3052",
    name: "label-not-url",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3052.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for setting in invalid_labels(file, label, semantics.view, &options.label_schema, LabelType::Url) {
        cx.report(label, setting.pair.value.span, format!("label `{}` is not a valid URL", setting.key))
            .help("write a complete URL, as in `https://example.org/`");
    }
}
