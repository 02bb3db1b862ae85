//! Fixes: which of the analyser's may be offered, and how far they are to be trusted.

use shuck_linter::Diagnostic as Found;

use super::{ShellText, codes};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::source::Span;

/// The fix of a diagnostic, with offsets into `text` (which begins `before` bytes into what was analysed).
pub(super) fn fix(code: u32, found: &Found, text: &str, before: usize) -> Option<Fix> {
    let fix = found.fix.as_ref()?;
    let edits: Option<Vec<Edit>> = fix
        .edits()
        .iter()
        .map(|edit| {
            let at = |offset: shuck_ast::TextSize| usize::from(offset).checked_sub(before);
            let (start, end) = (at(edit.range().start())?, at(edit.range().end())?);
            text.get(start..end)?;
            let span = Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?);
            // A line break would end the instruction.
            (!edit.content().contains('\n')).then(|| Edit::replace(span, edit.content()))
        })
        .collect();
    let edits = edits.filter(|edits| !edits.is_empty())?;
    let (applicability, title) = match code {
        2006 => {
            let escapes = edits.iter().any(|edit| edit.text.contains('\\'))
                || text.get(found.span.start.offset().checked_sub(before)?..)?.starts_with('\\');
            if escapes {
                return None;
            }
            (Applicability::Safe, "write `$(…)`")
        }
        2164 => (Applicability::UnsafeLow, "stop when the directory cannot be entered"),
        _ => (Applicability::Shown, codes::of(code).map_or("change it", |code| code.order)),
    };
    Some(Fix::new(applicability, title, edits))
}

/// Whether the bytes to be replaced stand in the file as they stood in the text.
pub(super) fn is_true_to_source(fix: &Fix, text: &ShellText<'_>) -> bool {
    fix.edits.iter().all(|edit| {
        let analysed = text.text.as_bytes().get(edit.span.range());
        analysed.is_some() && analysed == text.original.get(edit.span.range())
    })
}
