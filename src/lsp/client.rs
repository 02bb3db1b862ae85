//! [`LspClient`]: the capabilities of the editor, and those that the server announces.

use std::path::PathBuf;

use gen_lsp_types::{
    ChangeNotifications, ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProvider,
    CodeLensOptions, CompletionOptions, DefinitionProvider, DiagnosticOptions, DiagnosticProvider,
    DocumentFormattingProvider, DocumentHighlightProvider, DocumentLinkOptions,
    DocumentRangeFormattingProvider, DocumentSymbolProvider, ExecuteCommandOptions, FoldingRangeProvider,
    Full, HoverProvider, InitializeParams, InlayHintProvider, MarkupKind, ReferencesProvider, RenameOptions,
    RenameProvider, Save, SaveOptions, SelectionRangeProvider, SemanticTokensOptions, SemanticTokensProvider,
    ServerCapabilities, SignatureHelpOptions, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFolders, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
    WorkspaceSymbolProvider,
};

use serde::Deserialize;

use super::actions::PIN;
use super::cost_report::COST;
use super::position::PositionUnits;
use super::tokens;

/// The source action that applies every safe fix.
pub(super) const FIX_ALL: &str = "source.fixAll.dockwright";

/// Characters after which something may be completed.
const TRIGGERS: [&str; 9] = [" ", "=", ",", ":", "/", "$", "{", "-", "#"];

/// The capabilities that an editor announced.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub(super) struct LspClient {
    pub encoding: PositionUnits,
    /// Whether the client pulls diagnostics; otherwise they are pushed.
    pub(crate) pulls: bool,
    /// Whether the client supports refresh requests.
    pub(crate) refreshes: bool,
    /// Whether the client reports changed files on request.
    pub(crate) watches: bool,
    /// Whether it supports edits that result from a command.
    pub(crate) applies_edits: bool,
    /// Whether edits may name the version they are for.
    pub(crate) versioned_edits: bool,
    /// Whether edits may contain placeholders.
    pub snippets: bool,
    /// Whether disabled actions are shown with the reason.
    pub(crate) disabled_actions: bool,
    pub markdown: bool,
    pub(crate) nested_symbols: bool,
    /// Whether completions may contain placeholders.
    pub(crate) completes_snippets: bool,
    /// Whether the client checks that a name exists before it asks for a new one.
    pub(crate) prepares_renames: bool,
    /// Whether it shows code lenses, and its settings do not turn them off.
    pub(crate) shows_lenses: bool,
    pub directories: Vec<PathBuf>,
    /// The process that started the server.
    pub process: Option<u32>,
}

impl LspClient {
    pub(super) fn new(params: &InitializeParams) -> Self {
        let can = &params.capabilities;
        let workspace = can.workspace.as_ref();
        let document = can.text_document.as_ref();
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let offered = can.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let is = |flag: Option<Option<bool>>| flag.flatten() == Some(true);
        Self {
            encoding: PositionUnits::negotiate_encoding(offered.unwrap_or_default()),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refreshes: is(workspace.and_then(|it| it.diagnostics.as_ref()).map(|it| it.refresh_support)),
            watches: is(workspace
                .and_then(|it| it.did_change_watched_files.as_ref())
                .map(|it| it.dynamic_registration)),
            applies_edits: is(workspace.map(|workspace| workspace.apply_edit)),
            versioned_edits: is(edit.map(|edit| edit.document_changes)),
            snippets: is(edit.map(|edit| edit.snippet_edit_support)),
            disabled_actions: is(document
                .and_then(|it| it.code_action.as_ref())
                .map(|it| it.disabled_support)),
            markdown: supports_markdown_hovers(can),
            nested_symbols: is(document
                .and_then(|it| it.document_symbol.as_ref())
                .map(|it| it.hierarchical_document_symbol_support)),
            completes_snippets: is(document
                .and_then(|it| it.completion.as_ref()?.completion_item.as_ref())
                .map(|it| it.snippet_support)),
            prepares_renames: is(document.and_then(|it| it.rename.as_ref()).map(|it| it.prepare_support)),
            shows_lenses: document.is_some_and(|document| document.code_lens.is_some())
                && ServerSettings::from_initialization_options(params).code_lens,
            directories: workspace_directories(params),
            process: params.process_id.and_then(|process| u32::try_from(process).ok()),
        }
    }

    /// The capabilities of the server for this client.
    pub(super) fn server_capabilities(&self) -> ServerCapabilities {
        let kinds = vec![CodeActionKind::QuickFix, CodeActionKind::Custom(FIX_ALL.into())];
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                // If the texts of client and server differ, saving synchronizes them.
                save: Some(Save::SaveOptions(SaveOptions { include_text: Some(true) })),
                ..TextDocumentSyncOptions::default()
            })),
            hover_provider: Some(HoverProvider::Bool(true)),
            definition_provider: Some(DefinitionProvider::Bool(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(TRIGGERS.map(str::to_string).to_vec()),
                ..CompletionOptions::default()
            }),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some(vec![" ".to_string(), "=".to_string()]),
                ..SignatureHelpOptions::default()
            }),
            inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
            references_provider: Some(ReferencesProvider::Bool(true)),
            document_highlight_provider: Some(DocumentHighlightProvider::Bool(true)),
            rename_provider: Some(self.rename()),
            folding_range_provider: Some(FoldingRangeProvider::Bool(true)),
            selection_range_provider: Some(SelectionRangeProvider::Bool(true)),
            document_link_provider: Some(DocumentLinkOptions::default()),
            semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(
                SemanticTokensOptions {
                    legend: tokens::legend(),
                    range: Some(true.into()),
                    full: Some(Full::Bool(true)),
                    ..SemanticTokensOptions::default()
                },
            )),
            code_lens_provider: self.shows_lenses.then(CodeLensOptions::default),
            workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
            document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
            document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
            document_range_formatting_provider: Some(DocumentRangeFormattingProvider::Bool(true)),
            code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
                code_action_kinds: Some(kinds),
                ..CodeActionOptions::default()
            })),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: self.commands().map(str::to_string).collect(),
                ..ExecuteCommandOptions::default()
            }),
            diagnostic_provider: self.pulls.then(|| {
                DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                    identifier: Some("dockwright".to_string()),
                    workspace_diagnostics: true,
                    ..DiagnosticOptions::default()
                })
            }),
            workspace: Some(WorkspaceOptions {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(ChangeNotifications::Bool(true)),
                }),
                ..WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        }
    }

    /// The commands. A pin is applied as an edit.
    fn commands(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(COST).chain(self.applies_edits.then_some(PIN))
    }

    fn rename(&self) -> RenameProvider {
        if self.prepares_renames {
            RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into()
        } else {
            RenameProvider::Bool(true)
        }
    }
}

/// The `initializationOptions` of the client.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServerSettings {
    code_lens: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self { code_lens: true }
    }
}

impl ServerSettings {
    /// The defaults if the client sends none, or something else.
    fn from_initialization_options(params: &InitializeParams) -> Self {
        let options = serde_json::to_value(&params.initialization_options).unwrap_or_default();
        serde_json::from_value(options).unwrap_or_default()
    }
}

/// Whether hovers may be Markdown; `true` if the client does not specify it, because most clients support Markdown.
fn supports_markdown_hovers(can: &ClientCapabilities) -> bool {
    let hover = can.text_document.as_ref().and_then(|document| document.hover.as_ref());
    hover
        .and_then(|hover| hover.content_format.as_ref())
        .is_none_or(|formats| formats.contains(&MarkupKind::Markdown))
}

/// The workspace directories, or the older root parameters if there are none.
#[expect(deprecated, reason = "older clients know nothing else")]
fn workspace_directories(params: &InitializeParams) -> Vec<PathBuf> {
    match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(directories)) => {
            directories.iter().filter_map(|directory| directory.uri.to_file_path().ok()).collect()
        }
        _ => params.root_uri.iter().filter_map(|uri| uri.to_file_path().ok()).collect(),
    }
}
