//! What a request asks, and about which document.

use gen_lsp_types::{
    CodeActionRequest, CompletionRequest, DefinitionRequest, DocumentDiagnosticRequest,
    DocumentFormattingRequest, DocumentHighlightRequest, DocumentLinkRequest, DocumentRangeFormattingRequest,
    DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest, LspRequestMethod as Method,
    PrepareRenameRequest, ReferencesRequest, RenameRequest, SelectionRangeRequest,
    SemanticTokensRangeRequest, SemanticTokensRequest, SignatureHelpRequest, Uri,
};
use lsp_server::{ErrorCode, ResponseError};
use serde_json::Value;

use super::requests::RequestKind;
use super::server::params_of;
use super::session::error;

/// The document and the question of a request.
///
/// # Errors
/// The method is not supported, or its parameters are invalid.
pub(super) fn question(method: Method<'_>, params: Value) -> Result<(Uri, RequestKind), ResponseError> {
    Ok(match method {
        Method::TextDocumentDiagnostic => {
            let params = params_of::<DocumentDiagnosticRequest>(params)?;
            (params.text_document.uri, RequestKind::Diagnostics(params.previous_result_id))
        }
        Method::TextDocumentCodeAction => {
            let params = params_of::<CodeActionRequest>(params)?;
            (params.text_document.uri, RequestKind::Actions(params.range, params.context))
        }
        Method::TextDocumentHover => {
            let at = params_of::<HoverRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Hover(at.position))
        }
        Method::TextDocumentCompletion => {
            let at = params_of::<CompletionRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Completion(at.position))
        }
        Method::TextDocumentDefinition => {
            let at = params_of::<DefinitionRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Definition(at.position))
        }
        Method::TextDocumentReferences => {
            let params = params_of::<ReferencesRequest>(params)?;
            let at = params.text_document_position_params;
            (at.text_document.uri, RequestKind::References(at.position, params.context.include_declaration))
        }
        Method::TextDocumentDocumentHighlight => {
            let at = params_of::<DocumentHighlightRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Highlights(at.position))
        }
        Method::TextDocumentPrepareRename => {
            let at = params_of::<PrepareRenameRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::PrepareRename(at.position))
        }
        Method::TextDocumentRename => {
            let params = params_of::<RenameRequest>(params)?;
            let at = params.text_document_position_params;
            (at.text_document.uri, RequestKind::Rename(at.position, params.new_name))
        }
        Method::TextDocumentDocumentSymbol => {
            (params_of::<DocumentSymbolRequest>(params)?.text_document.uri, RequestKind::Symbols)
        }
        Method::TextDocumentFormatting => {
            (params_of::<DocumentFormattingRequest>(params)?.text_document.uri, RequestKind::Formatting(None))
        }
        Method::TextDocumentRangeFormatting => {
            let params = params_of::<DocumentRangeFormattingRequest>(params)?;
            (params.text_document.uri, RequestKind::Formatting(Some(params.range)))
        }
        Method::TextDocumentFoldingRange => {
            (params_of::<FoldingRangeRequest>(params)?.text_document.uri, RequestKind::Folding)
        }
        Method::TextDocumentInlayHint => {
            let params = params_of::<InlayHintRequest>(params)?;
            (params.text_document.uri, RequestKind::Hints(params.range))
        }
        Method::TextDocumentSignatureHelp => {
            let at = params_of::<SignatureHelpRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Signature(at.position))
        }
        Method::TextDocumentSelectionRange => {
            let params = params_of::<SelectionRangeRequest>(params)?;
            (params.text_document.uri, RequestKind::Selections(params.positions))
        }
        Method::TextDocumentDocumentLink => {
            (params_of::<DocumentLinkRequest>(params)?.text_document.uri, RequestKind::Links)
        }
        Method::TextDocumentSemanticTokensFull => {
            (params_of::<SemanticTokensRequest>(params)?.text_document.uri, RequestKind::Tokens(None))
        }
        Method::TextDocumentSemanticTokensRange => {
            let params = params_of::<SemanticTokensRangeRequest>(params)?;
            (params.text_document.uri, RequestKind::Tokens(Some(params.range)))
        }
        other => {
            let message = format!("method not supported: `{other}`");
            return Err(error(ErrorCode::MethodNotFound, message));
        }
    })
}
