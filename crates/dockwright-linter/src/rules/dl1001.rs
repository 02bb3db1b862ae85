//! DL1001: a comment that ignores a rule for the next instruction.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::HadolintPragma;
use crate::syntax::join_with_and;

pub(super) static RULE: Rule = Rule {
    code: "DL1001",
    name: "inline-ignore",
    severity: Severity::Info,
    enabled: RuleActivation::Selected,
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL1001.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    for comment in file.comments() {
        if let Some(HadolintPragma::Line(codes)) = HadolintPragma::parse(&comment.text) {
            let message = format!(
                "this comment ignores {} for the next instruction",
                join_with_and(&codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>())
            );
            cx.report_at(comment.span, comment.span, message)
                .help("fix the hidden problem, or ignore the rule in the configuration");
        }
    }
}
