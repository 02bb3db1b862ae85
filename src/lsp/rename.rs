//! Rename: stages, variables and delimiters of heredocs.

use gen_lsp_types::{Position, PrepareRenamePlaceholder, PrepareRenameResult, WorkspaceEdit};

use super::actions::workspace_edit;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::diagnostic::Edit;
use crate::semantic::occurrences::Occurrences;

/// The name at a position, if it can be renamed; `None` if there is no name.
///
/// # Errors
/// The name cannot be changed; the text gives the reason.
pub(crate) fn prepare_rename(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> Result<Option<PrepareRenameResult>, String> {
    let offset = subject.text.offset(position);
    let semantics = parsed.semantics();
    let names = Occurrences::collect(semantics);
    let Some(here) = names.occurrence_at(offset) else { return Ok(None) };
    match names.rename(semantics, offset) {
        None => Ok(None),
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(_)) => {
            let text = here.span.bytes(semantics.file.source);
            let placeholder = String::from_utf8_lossy(text).into_owned();
            let range = subject.text.range(here.span);
            Ok(Some(PrepareRenamePlaceholder { range, placeholder }.into()))
        }
    }
}

/// The edit that renames the name at a position; `None` if there is no name.
///
/// # Errors
/// The name cannot be changed to the new one; the text gives the reason.
pub(super) fn rename(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
    name: &str,
) -> Result<Option<WorkspaceEdit>, String> {
    let offset = subject.text.offset(position);
    let semantics = parsed.semantics();
    let names = Occurrences::collect(semantics);
    let Some(rename) = names.rename(semantics, offset) else { return Ok(None) };
    let rename = rename.map_err(|error| error.to_string())?;
    names.check_new_name(semantics, &rename, name).map_err(|error| error.to_string())?;
    let edits: Vec<Edit> = rename.places.iter().map(|place| Edit::replace(*place, name)).collect();
    Ok(Some(workspace_edit(subject, &edits)))
}
