//! Parses requests about documents.

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
use super::server::parse_params;
use super::session::response_error;

/// The document of a request, and its kind with the parameters.
///
/// # Errors
/// The method is not supported, or its parameters are invalid.
pub(super) fn parse_request(method: Method<'_>, params: Value) -> Result<(Uri, RequestKind), ResponseError> {
    Ok(match method {
        Method::TextDocumentDiagnostic => {
            let params = parse_params::<DocumentDiagnosticRequest>(params)?;
            (params.text_document.uri, RequestKind::Diagnostics(params.previous_result_id))
        }
        Method::TextDocumentCodeAction => {
            let params = parse_params::<CodeActionRequest>(params)?;
            (params.text_document.uri, RequestKind::Actions(params.range, params.context))
        }
        Method::TextDocumentHover => {
            let at = parse_params::<HoverRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Hover(at.position))
        }
        Method::TextDocumentCompletion => {
            let at = parse_params::<CompletionRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Completion(at.position))
        }
        Method::TextDocumentDefinition => {
            let at = parse_params::<DefinitionRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Definition(at.position))
        }
        Method::TextDocumentReferences => {
            let params = parse_params::<ReferencesRequest>(params)?;
            let at = params.text_document_position_params;
            (at.text_document.uri, RequestKind::References(at.position, params.context.include_declaration))
        }
        Method::TextDocumentDocumentHighlight => {
            let at = parse_params::<DocumentHighlightRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Highlights(at.position))
        }
        Method::TextDocumentPrepareRename => {
            let at = parse_params::<PrepareRenameRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::PrepareRename(at.position))
        }
        Method::TextDocumentRename => {
            let params = parse_params::<RenameRequest>(params)?;
            let at = params.text_document_position_params;
            (at.text_document.uri, RequestKind::Rename(at.position, params.new_name))
        }
        Method::TextDocumentDocumentSymbol => {
            (parse_params::<DocumentSymbolRequest>(params)?.text_document.uri, RequestKind::Symbols)
        }
        Method::TextDocumentFormatting => (
            parse_params::<DocumentFormattingRequest>(params)?.text_document.uri,
            RequestKind::Formatting(None),
        ),
        Method::TextDocumentRangeFormatting => {
            let params = parse_params::<DocumentRangeFormattingRequest>(params)?;
            (params.text_document.uri, RequestKind::Formatting(Some(params.range)))
        }
        Method::TextDocumentFoldingRange => {
            (parse_params::<FoldingRangeRequest>(params)?.text_document.uri, RequestKind::Folding)
        }
        Method::TextDocumentInlayHint => {
            let params = parse_params::<InlayHintRequest>(params)?;
            (params.text_document.uri, RequestKind::Hints(params.range))
        }
        Method::TextDocumentSignatureHelp => {
            let at = parse_params::<SignatureHelpRequest>(params)?.text_document_position_params;
            (at.text_document.uri, RequestKind::Signature(at.position))
        }
        Method::TextDocumentSelectionRange => {
            let params = parse_params::<SelectionRangeRequest>(params)?;
            (params.text_document.uri, RequestKind::Selections(params.positions))
        }
        Method::TextDocumentDocumentLink => {
            (parse_params::<DocumentLinkRequest>(params)?.text_document.uri, RequestKind::Links)
        }
        Method::TextDocumentSemanticTokensFull => {
            (parse_params::<SemanticTokensRequest>(params)?.text_document.uri, RequestKind::Tokens(None))
        }
        Method::TextDocumentSemanticTokensRange => {
            let params = parse_params::<SemanticTokensRangeRequest>(params)?;
            (params.text_document.uri, RequestKind::Tokens(Some(params.range)))
        }
        other => {
            let message = format!("method not supported: `{other}`");
            return Err(response_error(ErrorCode::MethodNotFound, message));
        }
    })
}
