//! Selection ranges: the word, the command, the instruction, the stage, the file.

use gen_lsp_types::{Position, SelectionRange};

use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::parts::parts_of_file;
use crate::source::Span;

/// For each position, the ranges around it, each inside the next.
pub(super) fn selection_ranges(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    positions: &[Position],
) -> Vec<SelectionRange> {
    let whole = Span::new(0, u32::try_from(subject.text.bytes().len()).unwrap_or(u32::MAX));
    let semantics = parsed.semantics();
    let mut spans: Vec<Span> = parts_of_file(semantics).iter().map(|part| part.span).collect();
    spans.extend(semantics.stages.iter().map(|stage| stage.span));
    for instruction in semantics.file.instructions() {
        spans.extend([instruction.span, instruction.head_span(), instruction.rest.span]);
    }
    let of = |position: &Position| {
        let here = Span::empty(subject.text.offset(*position));
        let mut around: Vec<Span> = spans.iter().copied().filter(|span| span.contains(here)).collect();
        around.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
        let mut range = SelectionRange { range: subject.text.range(whole), parent: None };
        let mut outer = whole;
        for span in around {
            if outer.contains(span) && span != outer {
                let inner = subject.text.range(span);
                range = SelectionRange { range: inner, parent: Some(Box::new(range)) };
                outer = span;
            }
        }
        range
    };
    positions.iter().map(of).collect()
}
