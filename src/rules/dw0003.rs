//! DW0003: an ignore without a reason, if one is required. Comments are checked in `ignores`, once it is known what they ignore.

use crate::rule::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0003",
    name: "ignore-without-reason",
    check: Check::Engine,
    docs: include_str!("../../rules/DW0003.md"),
    ..Rule::ABOUT_IGNORES
};
