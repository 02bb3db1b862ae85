//! DW0003: an ignore that does not say why, where a reason is required. Comments are judged in `ignores`, once it is known what they ignore.

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: "DW0003",
    name: "ignore-without-reason",
    check: Check::Engine,
    docs: include_str!("../../rules/DW0003.md"),
    ..Rule::ABOUT_IGNORES
};
