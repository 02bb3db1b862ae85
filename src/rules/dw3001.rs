//! DW3001: a file that looks like a secret, copied into the image.

use crate::optimize::facts;
use crate::rule::{Check, Checker, Rule};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DW3001",
    name: "secret-copied",
    check: Check::Instruction(&[Kind::Copy, Kind::Add], check),
    docs: include_str!("../../rules/DW3001.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut Checker<'_>, copy: &Instruction<'_>) {
    for word in facts::copied_secrets(cx.semantics, copy) {
        let message = format!(
            "`{}` gets into the image, where everybody who has it can read it",
            word.text.replace('`', "'")
        );
        cx.report(copy, word.span, message).help("what a step needs, `RUN --mount=type=secret` gives it");
    }
}
