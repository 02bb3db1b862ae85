//! The one diagnostic that hadolint keeps.

use super::ShellDiagnostic;

/// hadolint 2.15.1 reports only one of ShellCheck's diagnostics for each RUN: the last by position, then the least
/// severe, then the one with the highest code. Diagnostics about the shell itself come before the text.
pub fn last_diagnostic(diagnostics: &[ShellDiagnostic]) -> Option<&ShellDiagnostic> {
    diagnostics.iter().max_by_key(|one| {
        let about_text = !matches!(one.code, 1008 | 1071 | 2239);
        (about_text, one.span.start, std::cmp::Reverse(one.severity), one.code)
    })
}
