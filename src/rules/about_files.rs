//! Problems of a file as a whole, found before any rule runs. No example in a page can show them, so these
//! rules are not in the list; they still have codes, names and pages.

use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::{Enabled, Rule};
use crate::source::Span;

/// DW0010: it cannot be read or written.
pub(crate) static UNREADABLE: Rule =
    file_rule("DW0010", "unreadable-file", Severity::Error, include_str!("../../rules/DW0010.md"));
/// DW0011: it is a template.
pub(crate) static TEMPLATE: Rule =
    file_rule("DW0011", "template-not-linted", Severity::Info, include_str!("../../rules/DW0011.md"));
/// DW0012: dockwright itself is at fault.
pub(crate) static INTERNAL: Rule =
    file_rule("DW0012", "internal-error", Severity::Error, include_str!("../../rules/DW0012.md"));

/// DW0013: the shell text of a RUN is more than the analyzer can be trusted with.
pub(crate) static NOT_ANALYZED: Rule =
    file_rule("DW0013", "shell-not-analyzed", Severity::Info, include_str!("../../rules/DW0013.md"));

/// Every one of them.
pub static ALL: &[&Rule] = &[&UNREADABLE, &TEMPLATE, &INTERNAL, &NOT_ANALYZED];

const fn file_rule(code: &'static str, name: &'static str, severity: Severity, docs: &'static str) -> Rule {
    Rule { code, name, severity, docs, enabled: Enabled::Default, ..Rule::DOCKWRIGHT }
}

/// The diagnostic of one of them, at the start of the file.
pub(crate) fn file_diagnostic(rule: &Rule, message: String) -> Diagnostic {
    rule.diagnostic(Span::empty(0), Span::empty(0), message)
}
