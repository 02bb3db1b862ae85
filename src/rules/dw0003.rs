//! DW0003: an ignore that does not say why, where a reason is required. Comments are judged in `ignores`, once it is known what they silence.

use crate::diagnostic::Severity;
use crate::rule::{Check, Enabled, Fixable, Group, Rule};

pub static RULE: Rule = Rule {
    code: "DW0003",
    name: "ignore-without-reason",
    group: Group::Dockwright,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::Engine,
    docs: include_str!("../../rules/DW0003.md"),
};
