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
        let message =
            format!("`{}` looks like a secret and is copied into the image", word.text.replace('`', "'"));
        cx.report(copy, word.span, message)
            .help("exclude it in `.dockerignore`; pass secrets with `RUN --mount=type=secret`");
    }
}
