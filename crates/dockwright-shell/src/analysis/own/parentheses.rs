//! SC1105: a subshell at the beginning of another one, `((a); b)`, looks like arithmetic.

use super::{AnalyzedText, RelativeDiagnostic};
use dockerfile_syntax::Span;

pub(super) fn check(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for command in &subject.script.commands {
        let before = subject.text.get(..command.span.start as usize).unwrap_or_default();
        let Some(before) = before.trim_end_matches([' ', '\t']).strip_suffix("((") else { continue };
        if before.ends_with(['$', '(', '<', '>', '\\']) {
            continue;
        }
        let at = u32::try_from(before.len()).unwrap_or(0);
        subject.report(1105, Span::new(at, at + 1), found);
    }
}
