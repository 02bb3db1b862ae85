//! DW0002: an ignore of a code that no program has. Comments are judged in `ignores`, once it is known what they ignore.

use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0002",
    name: "unknown-code-in-ignore",
    fixable: Fixable::Sometimes,
    check: Check::Engine,
    docs: include_str!("../../rules/DW0002.md"),
    ..Rule::ABOUT_IGNORES
};
