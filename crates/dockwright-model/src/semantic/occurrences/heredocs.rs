//! Delimiters of heredocs: the word of the operator, and the line that ends the heredoc.

use super::{Occurrence, OccurrenceRole, Occurrences, Symbol};
use crate::semantic::Semantics;
use crate::source::Span;

pub(super) fn collect_delimiters(semantics: &Semantics<'_>, found: &mut Occurrences) {
    let source = semantics.file.source;
    let heredocs = semantics.file.instructions().flat_map(|instruction| &instruction.heredocs);
    for (number, heredoc) in heredocs.enumerate() {
        let symbol = Symbol::Heredoc(number);
        let name = heredoc.name.as_bytes();
        let operator = heredoc.operator.bytes(source);
        let at = operator.windows(name.len().max(1)).rposition(|window| window == name);
        let (definition, spelled) = match at.and_then(|at| u32::try_from(at).ok()) {
            Some(at) => {
                let start = heredoc.operator.start + at;
                (Span::new(start, start + u32::try_from(name.len()).unwrap_or(0)), true)
            }
            // The delimiter contains quotes or escapes.
            None => (heredoc.operator, false),
        };
        let mut add = |span, role, spelled| {
            found.all.push(Occurrence { span, reach: span, symbol, role, definition, spelled });
        };
        add(definition, OccurrenceRole::Declaration, spelled);
        let line = heredoc.terminator.bytes(source);
        let lead = line.len() - line.trim_ascii_start().len();
        let start = heredoc.terminator.start + u32::try_from(lead).unwrap_or(0);
        if !heredoc.terminator.is_empty() {
            let end = start + u32::try_from(line.trim_ascii().len()).unwrap_or(0);
            let span = Span::new(start, end.min(heredoc.terminator.end));
            add(span, OccurrenceRole::Use, span.bytes(source) == name);
        }
    }
}
