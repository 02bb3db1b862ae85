//! [`OpenDocuments`]: the documents that are open, each with its newest text and its analysis.

use std::collections::BTreeMap;
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::analysis::DocumentAnalysis;
use super::configuration::DocumentRules;
use super::position::{DocumentText, PositionUnits};
use super::requests::DocumentRequest;
use super::text_thread::TextThread;

/// A document that is open.
#[derive(Debug)]
pub(super) struct OpenDocument {
    /// The client's version number.
    pub version: i32,
    pub text: Arc<DocumentText>,
    /// Responds to requests about this text.
    pub(super) thread: TextThread,
    pub rules: DocumentRules,
    /// Identifies this text with these rules; it is unique in the session.
    pub(crate) serial: u64,
    /// The analysis of this text; `None` until it is finished.
    pub analysis: Option<Arc<DocumentAnalysis>>,
    /// The serials that are being analyzed.
    pub(crate) running: Vec<u64>,
    /// Requests that wait for the analysis.
    pub(crate) waiting: Vec<DocumentRequest>,
}

/// Everything that is open.
#[derive(Debug, Default)]
pub(super) struct OpenDocuments {
    pub open: BTreeMap<Uri, OpenDocument>,
    serial: u64,
}

impl OpenDocuments {
    /// A number that no state of a document has had.
    pub(super) fn next_state_number(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Adds a document, or replaces an open one with the same URI.
    pub(super) fn open(
        &mut self,
        uri: Uri,
        version: i32,
        text: DocumentText,
        rules: DocumentRules,
    ) -> Option<OpenDocument> {
        let serial = self.next_state_number();
        let document = OpenDocument {
            version,
            text: Arc::new(text),
            thread: TextThread::default(),
            rules,
            serial,
            analysis: None,
            running: Vec::new(),
            waiting: Vec::new(),
        };
        self.open.insert(uri, document)
    }

    /// Sets the text of a document. Returns the requests that concern the old text; `None` if no such document is
    /// open.
    pub(super) fn set_text(
        &mut self,
        uri: &Uri,
        version: Option<i32>,
        text: DocumentText,
    ) -> Option<Vec<DocumentRequest>> {
        let serial = self.next_state_number();
        let document = self.open.get_mut(uri)?;
        document.version = version.unwrap_or(document.version);
        document.text = Arc::new(text);
        document.thread = TextThread::default();
        Some(document.discard_analysis(serial))
    }
}

impl OpenDocument {
    /// Discards the analysis. Returns the requests that are obsolete for the new text.
    pub(super) fn discard_analysis(&mut self, serial: u64) -> Vec<DocumentRequest> {
        self.serial = serial;
        self.analysis = None;
        // Clients that pull diagnostics need the newest version.
        let (wait, stale) = self.waiting.drain(..).partition(|request| request.ask.applies_to_any_version());
        self.waiting = wait;
        stale
    }
}

/// The text after applying changes in order.
pub(super) fn apply_changes(
    text: &DocumentText,
    encoding: PositionUnits,
    changes: Vec<TextDocumentContentChangeEvent>,
) -> Option<DocumentText> {
    let mut new: Option<DocumentText> = None;
    for change in changes {
        new = Some(match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                new.as_ref().unwrap_or(text).replace(part.range, &part.text)
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                DocumentText::new(whole.text, encoding)
            }
        });
    }
    new
}

/// Whether a document of this language is one that an editor sends in addition to Dockerfiles.
pub(super) fn is_foreign(language: &str) -> bool {
    ["dockercompose", "yaml", "toml", "json", "jsonc", "ignore", "dockerignore"].contains(&language)
}
