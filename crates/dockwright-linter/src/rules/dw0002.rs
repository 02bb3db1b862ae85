//! DW0002: an ignore comment with an unknown code. The check is in `ignores`, after all rules have run.

use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0002",
    name: "unknown-code-in-ignore",
    fixable: Fixable::Sometimes,
    check: Check::Engine,
    docs: include_str!("../../../../rules/DW0002.md"),
    ..Rule::ABOUT_IGNORES
};
