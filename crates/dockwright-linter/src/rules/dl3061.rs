//! DL3061: an instruction before the first FROM.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::Kind;

pub(super) static RULE: Rule = Rule {
    code: "DL3061",
    name: "instruction-before-from",
    severity: Severity::Error,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3061.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    for instruction in file.instructions().take_while(|instruction| instruction.kind != Kind::From) {
        if instruction.kind != Kind::Arg {
            let keyword = instruction.keyword.text.to_uppercase();
            cx.report(
                instruction,
                instruction.keyword.span,
                format!("`{keyword}` comes before the first `FROM`"),
            )
            .help("move it below a `FROM`; only `ARG` and comments may come first");
        }
    }
}
