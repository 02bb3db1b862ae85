//! DW2003: tools that only people use, in the image.

use crate::diagnostic::Severity;
use crate::optimize::facts;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::debug_target;

pub(super) static RULE: Rule = Rule {
    code: "DW2003",
    name: "debug-tool-shipped",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW2003.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut Checker<'_>) {
    let tools = facts::debug_tools(cx.semantics);
    if tools.is_empty() {
        return;
    }
    let made = debug_target::fix(cx, &tools);
    for (run, word, name) in tools {
        let message = format!("`{name}` stays in the image, and nothing in this file uses it");
        let found =
            cx.report_at(run, word, message).help("install it in a separate stage, built with `--target`");
        match &made {
            Ok(fix) => found.fix(fix.clone()),
            Err(reason) => found.refuse(reason.clone()),
        };
    }
}
