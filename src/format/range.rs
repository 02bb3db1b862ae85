//! Formats a part of a file: the instructions in a range get a new layout, the others are unchanged.

use super::{FormatOptions, FormatResult, format_parsed, prove_layout};
use crate::semantic::Semantics;
use crate::source::Span;
use crate::syntax::{self, Dockerfile};

/// Formats the instructions that a range of bytes touches. In that range, the result is the same as that of `format`
/// for the whole file.
pub(crate) fn format_range(semantics: &Semantics<'_>, options: &FormatOptions, range: Span) -> FormatResult {
    let (before, source) = (semantics.file, semantics.file.source);
    let (text, rebuilt) = match format_parsed(semantics, options) {
        FormatResult::Changed { text, rebuilt } => (text, rebuilt),
        other => return other,
    };
    let after = syntax::parse(text.as_bytes());
    let touched: Vec<usize> = before
        .items
        .iter()
        .filter(|item| item.instruction().is_some())
        .enumerate()
        .filter(|(_, item)| item.span.start < range.end.max(range.start + 1) && range.start < item.span.end)
        .map(|(at, _)| at)
        .collect();
    let (Some(first), Some(last)) = (touched.first(), touched.last()) else { return FormatResult::Unchanged };
    let (Some(old), Some(new)) =
        (span_of_instructions(before, *first, *last), span_of_instructions(&after, *first, *last))
    else {
        return FormatResult::Unchanged;
    };
    let mut part = source.get(..old.start as usize).unwrap_or_default().to_vec();
    part.extend_from_slice(new.bytes(text.as_bytes()));
    part.extend_from_slice(source.get(old.end as usize..).unwrap_or_default());
    let Ok(part) = String::from_utf8(part) else { return FormatResult::Unchanged };
    if part.as_bytes() == source {
        return FormatResult::Unchanged;
    }
    // Formatting the whole file afterwards is proved already; only the part itself is new.
    match prove_layout(before, &syntax::parse(part.as_bytes()), options, &|| part.clone()) {
        Ok(()) => FormatResult::Changed { text: part, rebuilt },
        Err(_) => FormatResult::Unchanged,
    }
}

/// From the start of one instruction to the end of another; counted from 0.
fn span_of_instructions(file: &Dockerfile<'_>, first: usize, last: usize) -> Option<Span> {
    let instructions = || file.items.iter().filter(|item| item.instruction().is_some());
    Some(instructions().nth(first)?.span.enclosing_span(instructions().nth(last)?.span))
}
