//! DW0004: a comment that is meant to ignore something, but that no program reads. The check is in `ignores`.

use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0004",
    name: "malformed-ignore",
    fixable: Fixable::Sometimes,
    // After the fix, the comment is checked as an ignore comment.
    reveals: &["DL1001", "DW0002", "DW0003"],
    check: Check::Engine,
    docs: include_str!("../../../../rules/DW0004.md"),
    ..Rule::ABOUT_IGNORES
};
