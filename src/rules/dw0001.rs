//! DW0001: an ignore that ignores nothing. Comments are judged in `ignores`, once it is known what they ignore.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0001",
    name: "unused-ignore",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Engine,
    docs: include_str!("../../rules/DW0001.md"),
    ..Rule::ABOUT_IGNORES
};
