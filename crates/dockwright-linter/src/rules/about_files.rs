//! Problems of a file as a whole, found before any rule runs. A page cannot have examples of them, so these rules are
//! not in the list, but they have codes, names and pages.

use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::{Rule, RuleActivation};
use crate::source::Span;

/// DW0010: it cannot be read or written.
pub static UNREADABLE: Rule = rule_about_file(
    "DW0010",
    "unreadable-file",
    Severity::Error,
    include_str!("../../../../rules/DW0010.md"),
);
/// DW0011: it is a template.
pub static TEMPLATE: Rule = rule_about_file(
    "DW0011",
    "template-not-checked",
    Severity::Info,
    include_str!("../../../../rules/DW0011.md"),
);
/// DW0012: an internal error.
pub static INTERNAL: Rule =
    rule_about_file("DW0012", "internal-error", Severity::Error, include_str!("../../../../rules/DW0012.md"));

/// DW0013: the shell text of a RUN is too long or too deeply nested for the analyzer.
pub(crate) static NOT_ANALYZED: Rule = rule_about_file(
    "DW0013",
    "shell-not-analyzed",
    Severity::Info,
    include_str!("../../../../rules/DW0013.md"),
);

/// All of these rules.
pub static ALL: &[&Rule] = &[&UNREADABLE, &TEMPLATE, &INTERNAL, &NOT_ANALYZED];

const fn rule_about_file(
    code: &'static str,
    name: &'static str,
    severity: Severity,
    docs: &'static str,
) -> Rule {
    Rule { code, name, severity, docs, enabled: RuleActivation::Default, ..Rule::DOCKWRIGHT }
}

/// The diagnostic of one of them, at the start of the file.
pub fn file_diagnostic(rule: &Rule, message: String) -> Diagnostic {
    rule.diagnostic(Span::empty(0), Span::empty(0), message)
}
