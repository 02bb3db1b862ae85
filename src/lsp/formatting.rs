//! Formatting a document or a range of it.

use gen_lsp_types::{Range, TextEdit};
use similar::{DiffTag, TextDiff};

use super::configuration::DocumentRules;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::format::{FormatResult, format_parsed, format_range};
use crate::source::Span;

/// The edits that format the document, or the instructions that a range touches. `None` for a file that is not
/// changed.
pub(super) fn formatting_edits(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    range: Option<Range>,
) -> Option<Vec<TextEdit>> {
    match format_document(subject, parsed, range)? {
        FormatResult::Unchanged => Some(Vec::new()),
        FormatResult::Changed { text, .. } => Some(line_edits(subject, &text)),
        FormatResult::Skipped(_) | FormatResult::Unproved(_) => None,
    }
}

/// Why [`formatting_edits`] returns nothing.
pub(super) fn reason_not_formatted(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    range: Option<Range>,
) -> Option<String> {
    match format_document(subject, parsed, range)? {
        FormatResult::Unchanged | FormatResult::Changed { .. } => None,
        FormatResult::Skipped(reason) => Some(reason.to_string()),
        FormatResult::Unproved(difference) => Some(difference.reason),
    }
}

fn format_document(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    range: Option<Range>,
) -> Option<FormatResult> {
    let engine = match &subject.rules {
        DocumentRules::Engine(engine, ..) | DocumentRules::Template(engine) => engine,
        DocumentRules::Excluded | DocumentRules::Foreign => return None,
    };
    let options = &engine.settings.format;
    Some(match range {
        _ if matches!(subject.rules, DocumentRules::Template(_)) => {
            FormatResult::Skipped("the file is a template")
        }
        Some(range) => format_range(parsed.semantics(), options, subject.text.span(range)),
        None => format_parsed(parsed.semantics(), options),
    })
}

/// Edits that replace whole changed lines, so that markers and cursors elsewhere keep their position.
fn line_edits(subject: &RequestContext, new: &str) -> Vec<TextEdit> {
    let old = subject.text.as_str();
    let diff = TextDiff::from_lines(old, new);
    let starts = |text: &str| -> Vec<usize> {
        let ends = text.split_inclusive('\n').scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old_starts, new_starts) = (starts(old), starts(new));
    let at = |starts: &[usize], line: usize| starts.get(line).or(starts.last()).copied().unwrap_or(0);
    let changes = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changes
        .map(|op| {
            let (old, lines) = (op.old_range(), op.new_range());
            let byte = |line| u32::try_from(at(&old_starts, line)).unwrap_or(u32::MAX);
            let range = subject.text.range(Span::new(byte(old.start), byte(old.end)));
            let text = new.get(at(&new_starts, lines.start)..at(&new_starts, lines.end)).unwrap_or_default();
            TextEdit { range, new_text: text.to_string() }
        })
        .collect()
}
