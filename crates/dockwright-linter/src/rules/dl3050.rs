//! DL3050: a label that is not in the schema.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::parse_settings;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3050",
    name: "unknown-label",
    severity: Severity::Info,
    needs_file_only: false,
    check: Check::Instruction(&[Kind::Label], check),
    docs: include_str!("../../../../rules/DL3050.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, label: &Instruction<'_>) {
    if !cx.options.strict_labels {
        return;
    }
    let (view, options) = (cx.semantics.view, cx.options);
    let settings = parse_settings(cx.file, label, view);
    let unknown = settings.iter().filter(|label| !options.label_schema.contains_key(&label.key));
    for setting in view.limit_reports_per_instruction(unknown) {
        cx.report(
            label,
            setting.pair.key.span,
            format!("label `{}` is not in the label schema", setting.key),
        )
        .help("correct the key, or add it to `label-schema`");
    }
}
