//! Go to definition: from the name of a stage to its FROM, from a variable to its ARG or ENV, from the end of a
//! heredoc to its beginning.

use gen_lsp_types::{Definition, DefinitionResponse, Location, Position};

use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::occurrences::Occurrences;

/// Where the name at a position is defined.
pub(super) fn definition(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> Option<DefinitionResponse> {
    let offset = subject.text.offset(position);
    let span = Occurrences::collect(parsed.semantics()).occurrence_at(offset)?.definition;
    let location = Location { uri: subject.uri.clone(), range: subject.text.range(span) };
    Some(DefinitionResponse::Definition(Definition::Location(location)))
}
