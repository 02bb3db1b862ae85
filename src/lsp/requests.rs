//! [`DocumentRequest`]: a request about a document, which gets its response outside of the server's loop.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use gen_lsp_types::{CodeActionContext, Command, Position, Range, Uri};
use lsp_server::{ErrorCode, RequestId, ResponseError};
use serde_json::Value;

use super::analysis::DocumentAnalysis;
use super::client::LspClient;
use super::configuration::DocumentRules;
use super::cost_report::cost_report;
use super::position::DocumentText;
use super::session::response_error;
use super::text_thread::{ParsedText, TextThread};
use super::{
    actions, completion, definition, diagnostics, folding, formatting, hints, hover, lenses, links,
    references, rename, selection, signature, symbols, tokens,
};

/// A question about a document.
#[derive(Debug)]
pub(super) struct DocumentRequest {
    pub id: RequestId,
    pub uri: Uri,
    pub ask: RequestKind,
}

/// The kind of a request.
#[derive(Debug)]
pub(super) enum RequestKind {
    /// With the ID of the client's last result.
    Diagnostics(Option<String>),
    Actions(Range, CodeActionContext),
    Hover(Position),
    Completion(Position),
    Definition(Position),
    Symbols,
    /// A range of the document, or all of it.
    Formatting(Option<Range>),
    /// With the declarations, or without.
    References(Position, bool),
    Highlights(Position),
    PrepareRename(Position),
    Rename(Position, String),
    CostReport,
    Folding,
    Hints(Range),
    Signature(Position),
    Selections(Vec<Position>),
    Links,
    Lenses,
    /// Semantic tokens of a range, or of the whole document.
    Tokens(Option<Range>),
}

impl RequestKind {
    /// Whether the diagnostics must be known for the response.
    pub(super) const fn needs_analysis(&self) -> bool {
        matches!(
            self,
            Self::Diagnostics(_) | Self::Actions(..) | Self::Hover(_) | Self::Hints(_) | Self::Lenses
        )
    }

    /// Whether the response takes long, and does not need the meaning of the text.
    pub(super) const fn is_slow(&self) -> bool {
        matches!(self, Self::Actions(..) | Self::Formatting(_) | Self::CostReport)
    }

    /// Whether a file that is not a Dockerfile has a response other than `null`: no diagnostics, or an error.
    const fn responds_for_any_file(&self) -> bool {
        matches!(self, Self::Diagnostics(_) | Self::CostReport)
    }

    /// Whether the request applies to any version of the document.
    pub(super) const fn applies_to_any_version(&self) -> bool {
        matches!(self, Self::Diagnostics(_))
    }
}

/// The data for a response.
#[derive(Debug, Clone)]
pub(super) struct RequestContext {
    pub uri: Uri,
    pub version: i32,
    pub text: Arc<DocumentText>,
    pub rules: DocumentRules,
    /// Responds to further requests about this text.
    pub(super) thread: TextThread,
    pub(crate) serial: u64,
    /// Empty if the request does not need it.
    pub analysis: Arc<DocumentAnalysis>,
    pub client: Arc<LspClient>,
}

impl RequestContext {
    /// The entry about a response in the editor's log; editors show nothing if a document is not formatted.
    pub(super) fn log_entry_of_response(
        &self,
        ask: &RequestKind,
        parsed: &ParsedText<'_>,
        response: &Result<Value, ResponseError>,
    ) -> Option<String> {
        let (RequestKind::Formatting(range), Ok(Value::Null)) = (ask, response) else { return None };
        let reason = formatting::reason_not_formatted(self, parsed, *range)?;
        Some(format!("`{}` not formatted: {reason}", self.uri))
    }

    /// The response, as JSON.
    ///
    /// # Errors
    /// The request cannot be fulfilled, or dockwright itself has an error.
    pub(super) fn response(
        &self,
        ask: &RequestKind,
        parsed: &ParsedText<'_>,
    ) -> Result<Value, ResponseError> {
        if matches!(self.rules, DocumentRules::Foreign) && !ask.responds_for_any_file() {
            return Ok(Value::Null);
        }
        let work = || match ask {
            RequestKind::Diagnostics(previous) => to_json(&diagnostics::pulled_diagnostics(
                &self.analysis,
                &self.text,
                self.serial,
                previous.as_deref(),
            )),
            RequestKind::Actions(range, context) => to_json(&actions::code_actions(self, *range, context)),
            RequestKind::Hover(position) => to_json(&hover::hover(self, parsed, *position)),
            RequestKind::Completion(position) => to_json(&completion::completion(self, parsed, *position)),
            RequestKind::Definition(position) => to_json(&definition::definition(self, parsed, *position)),
            RequestKind::References(position, declarations) => {
                to_json(&references::references(self, parsed, *position, *declarations))
            }
            RequestKind::Highlights(position) => {
                to_json(&references::document_highlights(self, parsed, *position))
            }
            RequestKind::PrepareRename(position) => {
                to_json(&rename::prepare_rename(self, parsed, *position).map_err(request_refusal)?)
            }
            RequestKind::Rename(position, name) => {
                to_json(&rename::rename(self, parsed, *position, name).map_err(request_refusal)?)
            }
            RequestKind::Symbols => to_json(&symbols::document_symbols(self, parsed)),
            RequestKind::Formatting(range) => to_json(&formatting::formatting_edits(self, parsed, *range)),
            RequestKind::Hints(range) => to_json(&hints::inlay_hints(self, parsed, *range)),
            RequestKind::Signature(position) => {
                to_json(&signature::signature_help_at(self, parsed, *position))
            }
            RequestKind::CostReport => to_json(&cost_report(self).map_err(request_refusal)?),
            RequestKind::Folding => to_json(&folding::folding_ranges(self, parsed)),
            RequestKind::Selections(positions) => {
                to_json(&selection::selection_ranges(self, parsed, positions))
            }
            RequestKind::Lenses => to_json(&lenses::code_lenses(self, parsed)),
            RequestKind::Links => to_json(&links::document_links(self, parsed)),
            RequestKind::Tokens(range) => to_json(&tokens::semantic_tokens(self, parsed, *range)),
        };
        error_if_panics(work)
    }
}

/// The result of `work`, or an error if it panics.
pub(super) fn error_if_panics(
    work: impl FnOnce() -> Result<Value, ResponseError>,
) -> Result<Value, ResponseError> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(response_error(ErrorCode::InternalError, "internal error in dockwright; please report it"))
    })
}

/// The response as JSON.
pub(super) fn to_json(response: &impl serde::Serialize) -> Result<Value, ResponseError> {
    serde_json::to_value(response)
        .map_err(|error| response_error(ErrorCode::InternalError, error.to_string()))
}

/// A command of the server for the client, with its only argument. `None` if the argument is not JSON.
pub(super) fn command_with_argument(
    title: String,
    command: &str,
    argument: &impl serde::Serialize,
) -> Option<Command> {
    let argument = serde_json::from_value(serde_json::to_value(argument).ok()?).ok()?;
    Some(Command { title, tooltip: None, command: command.to_string(), arguments: Some(vec![argument]) })
}

/// The error for a request that cannot be fulfilled.
fn request_refusal(message: String) -> ResponseError {
    response_error(ErrorCode::RequestFailed, message)
}
