//! DW0001: an ignore that ignores nothing. The check is in `ignores`, after all rules have run.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule};

pub(crate) static RULE: Rule = Rule {
    code: "DW0001",
    name: "unused-ignore",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Engine,
    docs: include_str!("../../../../rules/DW0001.md"),
    ..Rule::ABOUT_IGNORES
};
