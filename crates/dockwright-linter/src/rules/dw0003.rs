//! DW0003: an ignore without a reason, if one is required. The check is in `ignores`, after all rules have run.

use crate::rule::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0003",
    name: "ignore-without-reason",
    check: Check::Engine,
    docs: include_str!("../../../../rules/DW0003.md"),
    ..Rule::ABOUT_IGNORES
};
