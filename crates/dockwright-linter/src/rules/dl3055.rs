//! DL3055: a label of type `hash` is not the hash of a commit.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{LabelType, invalid_labels};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3055",
    name: "label-not-hash",
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3055.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    let (file, semantics, options) = (cx.file, cx.semantics, cx.options);
    for setting in invalid_labels(file, label, semantics.view, &options.label_schema, LabelType::Hash) {
        cx.report(
            label,
            setting.pair.value.span,
            format!("label `{}` is not a Git commit hash", setting.key),
        )
        .help("use the output of `git rev-parse HEAD`");
    }
}
