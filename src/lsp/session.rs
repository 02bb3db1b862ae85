//! [`Session`]: the documents of one editor, and the work on them.
//!
//! At most two threads analyze a document, so that a slow analysis does not block the next version. Further versions
//! wait until one of the threads is done; the newest one is analyzed, and results for old ones are dropped.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::Sender;
use gen_lsp_types::{
    ApplyWorkspaceEditParams, DiagnosticRefreshRequest, LogMessageNotification, LogMessageParams,
    MessageType, Notification as ForClient, PublishDiagnosticsNotification, Request as OfClient,
    TextDocumentContentChangeEvent, Uri,
};
use lsp_server::{ErrorCode, Message, Notification, Outgoing, RequestId, Response, ResponseError};
use serde_json::Value;

use super::analysis::DocumentAnalysis;
use super::client::LspClient;
use super::config_faults::ReportedFaults;
use super::configuration::{DocumentConfiguration, DocumentRules};
use super::diagnostics;
use super::documents::{OpenDocuments, apply_changes, is_foreign};
use super::position::DocumentText;
use super::requests::{DocumentRequest, RequestContext};
use super::text_thread::{self, DocumentJob};
use super::watching::watch_named_files;
use super::workspace::WorkspaceWatch;
use crate::facts::count_noun;

/// Maximum number of documents, and of requests, that are processed at the same time, so that slow ones block none.
const SIDE_BY_SIDE: usize = 4;
/// Maximum number of versions of a document that are analyzed at the same time.
const ANALYSES_PER_DOCUMENT: usize = 2;
/// Stack size of a thread, in bytes: enough for the nesting of any file.
const STACK: usize = 16 << 20;

/// What a thread sends back when it has finished.
#[derive(Debug)]
pub(super) enum ThreadResult {
    Analyzed {
        uri: Uri,
        serial: u64,
        analysis: DocumentAnalysis,
    },
    Responded {
        id: RequestId,
        response: Result<Value, ResponseError>,
        /// The entry about it in the editor's log.
        log: Option<String>,
    },
    /// A pin was looked up.
    Pinned {
        id: RequestId,
        edit: Result<Box<ApplyWorkspaceEditParams>, String>,
    },
    Workspace {
        id: RequestId,
        response: Result<Value, ResponseError>,
    },
}

/// The state between `initialize` and `exit`.
pub(super) struct Session {
    pub client: Arc<LspClient>,
    pub configuration: DocumentConfiguration,
    pub(super) documents: OpenDocuments,
    to_client: Sender<Message>,
    outgoing: Outgoing<()>,
    /// Requests without a response so far.
    pub(super) pending: HashSet<RequestId>,
    done: Sender<ThreadResult>,
    to_look_at: VecDeque<Uri>,
    looking: usize,
    queued: VecDeque<DocumentJob>,
    responding: usize,
    pub(super) watch: WorkspaceWatch,
    /// Patterns of baselines whose changes the client reports.
    pub(super) watched: BTreeSet<String>,
    pub(super) reported_faults: ReportedFaults,
}

impl Session {
    pub(super) fn new(
        client: LspClient,
        configuration: DocumentConfiguration,
        to_client: Sender<Message>,
        done: Sender<ThreadResult>,
    ) -> Self {
        Self {
            client: Arc::new(client),
            configuration,
            documents: OpenDocuments::default(),
            to_client,
            outgoing: lsp_server::ReqQueue::<(), ()>::default().outgoing,
            pending: HashSet::new(),
            done,
            to_look_at: VecDeque::new(),
            looking: 0,
            queued: VecDeque::new(),
            responding: 0,
            watch: WorkspaceWatch::default(),
            watched: BTreeSet::new(),
            reported_faults: ReportedFaults::default(),
        }
    }

    /// Stores and analyzes a document that the client has opened.
    pub(super) fn open_document(&mut self, uri: Uri, language: &str, version: i32, text: String) {
        let rules = if is_foreign(language) { DocumentRules::Foreign } else { self.rules(&uri) };
        self.report_faults();
        let text = DocumentText::new(text, self.client.encoding);
        if let Some(old) = self.documents.open(uri.clone(), version, text, rules) {
            self.reject_requests(old.waiting, "was opened again");
        }
        self.analyze_newest_text(uri);
    }

    /// A document is edited.
    pub(super) fn change_document(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some(document) = self.documents.open.get(uri) else {
            self.log(MessageType::Warning, &format!("`{uri}` was changed but is not open"));
            return;
        };
        if let Some(text) = apply_changes(&document.text, self.client.encoding, changes) {
            self.set_text(uri, Some(version), text);
        } else if let Some(document) = self.documents.open.get_mut(uri) {
            document.version = version;
        }
    }

    /// A document is saved; `text` is what was written.
    pub(super) fn save_document(&mut self, uri: &Uri, text: Option<String>) {
        let known = self.documents.open.get(uri).map(|document| Arc::clone(&document.text));
        if let (Some(known), Some(text)) = (known, text)
            && known.as_str() != text
        {
            self.set_text(uri, None, DocumentText::new(text, self.client.encoding));
        }
        // The saved file may be a configuration, or a file next to one.
        self.reload(false);
        self.workspace_changed();
    }

    pub(super) fn close_document(&mut self, uri: &Uri) {
        let Some(document) = self.documents.open.remove(uri) else { return };
        self.reject_requests(document.waiting, "was closed");
        if !self.client.pulls && !self.has_config_diagnostics(uri) {
            self.notify::<PublishDiagnosticsNotification>(&diagnostics::no_diagnostics(uri.clone()));
        }
        self.workspace_changed();
    }

    fn set_text(&mut self, uri: &Uri, version: Option<i32>, text: DocumentText) {
        if let Some(stale) = self.documents.set_text(uri, version, text) {
            self.reject_requests(stale, "was changed");
            self.analyze_newest_text(uri.clone());
        }
    }

    /// Reads the configuration again, and analyzes the documents that it affects; with `all`, all documents.
    pub(super) fn reload(&mut self, all: bool) {
        self.configuration.reload();
        let uris: Vec<Uri> = self.documents.open.keys().cloned().collect();
        let mut any = false;
        for uri in uris {
            if self.documents.open.get(&uri).is_some_and(|it| matches!(it.rules, DocumentRules::Foreign)) {
                continue;
            }
            let rules = self.rules(&uri);
            let serial = self.documents.next_state_number();
            let Some(document) = self.documents.open.get_mut(&uri) else { continue };
            if !all && document.rules.gives_same_diagnostics(&rules) {
                continue;
            }
            any = true;
            document.rules = rules;
            let stale = document.discard_analysis(serial);
            self.reject_requests(stale, "uses a different configuration now");
            self.analyze_newest_text(uri);
        }
        self.check_configuration();
        if any && self.client.pulls && self.client.refreshes {
            self.request::<DiagnosticRefreshRequest>(&());
        }
    }

    /// Reads the configurations of the workspace, and reports their errors.
    pub(super) fn check_configuration(&mut self) {
        self.configuration.check_directories();
        self.report_faults();
    }

    fn rules(&mut self, uri: &Uri) -> DocumentRules {
        let rules = self.configuration.rules(uri);
        watch_named_files(self);
        rules
    }

    /// Adds a request; it gets its response as soon as the necessary data is available.
    pub(super) fn queue_request(&mut self, request: DocumentRequest) {
        self.pending.insert(request.id.clone());
        let Some(document) = self.documents.open.get_mut(&request.uri) else {
            let message = format!("`{}` is not open", request.uri);
            self.send_response(request.id, Err(response_error(ErrorCode::InvalidParams, message)));
            return;
        };
        if request.ask.needs_analysis() && document.analysis.is_none() {
            document.waiting.push(request);
        } else {
            self.start_response(request);
        }
    }

    /// The client has canceled the request.
    pub(super) fn cancel_request(&mut self, id: RequestId) {
        for document in self.documents.open.values_mut() {
            document.waiting.retain(|request| request.id != id);
        }
        self.queued.retain(|(waiting, ..)| *waiting != id);
        self.send_response(id, Err(response_error(ErrorCode::RequestCanceled, "canceled by the client")));
    }

    /// Handles the result of a thread.
    pub(super) fn handle_result(&mut self, done: ThreadResult) {
        match done {
            ThreadResult::Analyzed { uri, serial, analysis } => {
                self.looking = self.looking.saturating_sub(1);
                self.handle_analysis(uri, serial, analysis);
                self.start_analyses();
            }
            ThreadResult::Responded { id, response, log } => {
                self.responding = self.responding.saturating_sub(1);
                if let Some(message) = log {
                    self.log(MessageType::Info, &message);
                }
                self.send_response(id, response);
                self.start_responses();
            }
            ThreadResult::Pinned { id, edit } => self.handle_pin_result(id, edit),
            ThreadResult::Workspace { id, response } => self.handle_workspace_result(id, response),
        }
    }

    fn handle_analysis(&mut self, uri: Uri, serial: u64, analysis: DocumentAnalysis) {
        let Some(document) = self.documents.open.get_mut(&uri) else { return };
        document.running.retain(|running| *running != serial);
        if document.serial != serial {
            self.analyze_newest_text(uri);
            return;
        }
        let analysis = Arc::new(analysis);
        document.analysis = Some(Arc::clone(&analysis));
        let waiting = std::mem::take(&mut document.waiting);
        let (version, text) = (document.version, Arc::clone(&document.text));
        if !self.client.pulls && !self.has_config_diagnostics(&uri) {
            let params = diagnostics::published_diagnostics(uri.clone(), version, &analysis, &text);
            self.notify::<PublishDiagnosticsNotification>(&params);
        }
        if analysis.omitted > 0 {
            let (number, are) = (analysis.omitted, if analysis.omitted == 1 { "is" } else { "are" });
            let message = format!("{} in `{uri}` {are} not shown", count_noun(number, "more problem"));
            self.log(MessageType::Warning, &message);
        }
        for request in waiting {
            self.start_response(request);
        }
    }

    /// Ensures that the newest text of a document is analyzed.
    fn analyze_newest_text(&mut self, uri: Uri) {
        let Some(document) = self.documents.open.get(&uri) else { return };
        let is_due = document.analysis.is_none() && !document.running.contains(&document.serial);
        if is_due && document.running.len() < ANALYSES_PER_DOCUMENT && !self.to_look_at.contains(&uri) {
            self.to_look_at.push_back(uri);
        }
        self.start_analyses();
    }

    fn start_analyses(&mut self) {
        while self.looking < SIDE_BY_SIDE {
            let Some(uri) = self.to_look_at.pop_front() else { return };
            let Some(document) = self.documents.open.get_mut(&uri) else { continue };
            let serial = document.serial;
            document.running.push(serial);
            let (text, rules) = (Arc::clone(&document.text), document.rules.clone());
            self.looking += 1;
            self.spawn(move || ThreadResult::Analyzed {
                uri,
                serial,
                analysis: DocumentAnalysis::new(&text, &rules),
            });
        }
    }

    fn start_response(&mut self, request: DocumentRequest) {
        let Some(subject) = self.request_context(request.uri) else { return };
        self.queued.push_back((request.id, request.ask, subject));
        self.start_responses();
    }

    /// The data for a response about a document; `None` if it is not open.
    pub(super) fn request_context(&self, uri: Uri) -> Option<RequestContext> {
        let document = self.documents.open.get(&uri)?;
        Some(RequestContext {
            uri,
            version: document.version,
            text: Arc::clone(&document.text),
            thread: document.thread.clone(),
            rules: document.rules.clone(),
            serial: document.serial,
            analysis: document.analysis.clone().unwrap_or_default(),
            client: Arc::clone(&self.client),
        })
    }

    fn start_responses(&mut self) {
        while self.responding < SIDE_BY_SIDE {
            let Some(job) = self.queued.pop_front() else { return };
            self.responding += 1;
            let (_, ask, subject) = &job;
            if ask.is_slow() {
                self.spawn(move || text_thread::respond_alone(job));
            } else {
                let sender = subject.thread.sender(&subject.text, &self.done, |run| self.start_thread(run));
                drop(sender.send(job));
            }
        }
    }

    /// Responds to a request that is not about a single document.
    pub(super) fn start_other_request(
        &mut self,
        id: RequestId,
        work: impl FnOnce() -> ThreadResult + Send + 'static,
    ) {
        self.pending.insert(id);
        self.responding += 1;
        self.spawn(work);
    }

    /// Runs the work on a separate thread.
    pub(super) fn spawn(&self, work: impl FnOnce() -> ThreadResult + Send + 'static) {
        let done = self.done.clone();
        // If sending fails, the receiver is closed.
        self.start_thread(move || drop(done.send(work())));
    }

    /// If no thread can be started, the work is lost.
    fn start_thread(&self, run: impl FnOnce() + Send + 'static) {
        if let Err(error) = thread::Builder::new().stack_size(STACK).spawn(run) {
            self.log(MessageType::Error, &format!("cannot start a thread: {error}"));
        }
    }

    fn reject_requests(&mut self, requests: Vec<DocumentRequest>, why: &str) {
        for request in requests {
            let message = format!("`{}` {why}", request.uri);
            self.send_response(request.id, Err(response_error(ErrorCode::ContentModified, message)));
        }
    }

    /// Sends a response, unless the request has had one.
    pub(super) fn send_response(&mut self, id: RequestId, response: Result<Value, ResponseError>) {
        if self.pending.remove(&id) {
            drop(self.to_client.send(Response { id, response_result: response }.into()));
        }
    }

    pub(super) fn request<R: OfClient>(&mut self, params: &R::Params) {
        let request = self.outgoing.register(R::METHOD.to_string(), params, ());
        drop(self.to_client.send(request.into()));
    }

    /// The client has responded to a request.
    pub(super) fn receive_response(&mut self, response: Response) {
        if let (Some(()), Err(error)) = (self.outgoing.complete(response.id), response.response_result) {
            self.log(MessageType::Log, &format!("the client refused a request: {}", error.message));
        }
    }

    pub(super) fn log(&self, kind: MessageType, message: &str) {
        self.notify::<LogMessageNotification>(&LogMessageParams::new(kind, message.to_string()));
    }

    pub(super) fn notify<N: ForClient>(&self, params: &N::Params) {
        drop(self.to_client.send(Notification::new(N::METHOD.to_string(), params).into()));
    }
}

/// The error of a request.
pub(super) fn response_error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}
