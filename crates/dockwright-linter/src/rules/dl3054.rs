//! DL3054: a label of type `spdx` is not an SPDX license.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{LabelType, invalid_labels};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3054",
    name: "label-not-spdx",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3054.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for setting in invalid_labels(file, label, semantics.view, &options.label_schema, LabelType::Spdx) {
        cx.report(
            label,
            setting.pair.value.span,
            format!("label `{}` is not a valid SPDX license expression", setting.key),
        )
        .help("use the identifiers from https://spdx.org/licenses/");
    }
}
