//! References and document highlights: all occurrences of the name at a position.

use gen_lsp_types::{DocumentHighlight, DocumentHighlightKind, Location, Position};

use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::occurrences::{Occurrence, OccurrenceRole, Occurrences};

/// The uses of the name at a position, and with `declarations` also its declarations.
pub(super) fn references(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
    declarations: bool,
) -> Option<Vec<Location>> {
    let places = occurrences_at(subject, parsed, position)?;
    let wanted = places.iter().filter(|one| declarations || one.role == OccurrenceRole::Use);
    Some(
        wanted
            .map(|one| Location { uri: subject.uri.clone(), range: subject.text.range(one.span) })
            .collect(),
    )
}

/// The same occurrences, as highlights of the document.
pub(super) fn document_highlights(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> Option<Vec<DocumentHighlight>> {
    let places = occurrences_at(subject, parsed, position)?;
    let of = |one: &Occurrence| {
        let kind = match one.role {
            OccurrenceRole::Declaration => DocumentHighlightKind::Write,
            OccurrenceRole::Use => DocumentHighlightKind::Read,
        };
        DocumentHighlight { range: subject.text.range(one.span), kind: Some(kind) }
    };
    Some(places.iter().map(of).collect())
}

fn occurrences_at(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> Option<Vec<Occurrence>> {
    let offset = subject.text.offset(position);
    let semantics = parsed.semantics();
    let names = Occurrences::collect(semantics);
    let here = names.occurrence_at(offset)?;
    Some(names.occurrences_of(here.symbol).copied().collect())
}
