//! DL3056: a label of type `semver` is not a semantic version.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{LabelType, invalid_labels};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3056",
    name: "label-not-semver",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3056.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for setting in invalid_labels(file, label, semantics.view, &options.label_schema, LabelType::Semver) {
        cx.report(
            label,
            setting.pair.value.span,
            format!("label `{}` is not a semantic version", setting.key),
        )
        .help("use three numbers, as in `1.2.3` or `1.2.3-rc.1`");
    }
}
