//! A client that sends given messages and stores the responses.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use dockwright::config::ConfigSource;
use dockwright::lsp::{SessionEnd, connect, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// The timeout of a request: far more than any request takes.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The document of most tests.
pub(super) const DOCUMENT: &str = "file:///work/Dockerfile";

/// A client with one document open, in a workspace that holds nothing.
pub(super) fn opened(capabilities: &Value, text: &str) -> (Client, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let client = Client::new(capabilities, directory.path());
    client.open(DOCUMENT, text);
    (client, directory)
}

pub(super) struct Client {
    connection: Connection,
    server: Server,
    next: i32,
    /// Notifications that no test has read yet.
    heard: Vec<Notification>,
    /// Methods of the server's requests, which got the response `null`.
    pub asked: Vec<String>,
    /// The edits that the server requested.
    pub edits: Vec<Value>,
}

enum Server {
    Thread(Option<JoinHandle<SessionEnd>>),
    Process(Box<Child>),
}

/// The capabilities of a modern client.
pub(super) fn modern() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {
            "diagnostic": {},
            "hover": {"contentFormat": ["markdown"]},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "codeAction": {"disabledSupport": true},
            "rename": {"prepareSupport": true},
        },
        "workspace": {
            "workspaceEdit": {"documentChanges": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
            "diagnostics": {"refreshSupport": true},
        },
    })
}

/// A client with push diagnostics and columns in UTF-32, as `check` counts them.
pub(super) fn push_capabilities() -> Value {
    json!({"general": {"positionEncodings": ["utf-32"]}})
}

impl Client {
    /// A server on a thread, with the handshake done.
    pub(super) fn new(capabilities: &Value, directory: &Path) -> Self {
        let mut client = Self::without_handshake();
        client.initialize(capabilities, directory);
        client
    }

    /// A server on a thread, without the handshake.
    pub(super) fn without_handshake() -> Self {
        let (own, other) = Connection::memory();
        let thread = std::thread::spawn(move || serve(&other, ConfigSource::Nearest));
        Self::from_connection(own, Server::Thread(Some(thread)))
    }

    /// A server in a process, connected through its standard input and output.
    pub(super) fn process() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dockwright"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let (connection, _) = connect(output, input).expect("there are threads");
        Self::from_connection(connection, Server::Process(Box::new(child)))
    }

    fn from_connection(connection: Connection, server: Server) -> Self {
        Self { connection, server, next: 0, heard: Vec::new(), asked: Vec::new(), edits: Vec::new() }
    }

    pub(super) fn initialize(&mut self, capabilities: &Value, directory: &Path) -> Value {
        self.shake_hands_with(capabilities, directory, &Value::Null)
    }

    /// `options`: the settings of the client.
    pub(super) fn shake_hands_with(
        &mut self,
        capabilities: &Value,
        directory: &Path,
        options: &Value,
    ) -> Value {
        let directory = url::Url::from_directory_path(directory).expect("absolute");
        let params = json!({
            "processId": std::process::id(),
            "rootUri": directory,
            "capabilities": capabilities,
            "initializationOptions": options,
            "workspaceFolders": [{"uri": directory, "name": "directory"}],
        });
        let result = self.request("initialize", &params).expect("the server can be initialized");
        self.notify("initialized", &json!({}));
        result
    }

    pub(super) fn notify(&self, method: &str, params: &Value) {
        self.send(Notification { method: method.to_string(), params: params.clone() });
    }

    pub(super) fn send(&self, message: impl Into<Message>) {
        self.connection.sender.send(message.into()).expect("the server listens");
    }

    /// Sends a request without waiting for its response.
    pub(super) fn send_request(&mut self, method: &str, params: &Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(Request { id: id.clone(), method: method.to_string(), params: params.clone() });
        id
    }

    /// Waits for the response to a request; returns code and message of an error.
    pub(super) fn wait_for_response(&mut self, id: &RequestId) -> Result<Value, (i32, String)> {
        loop {
            match self.next_message() {
                Message::Response(response) if response.id == *id => {
                    return response.response_result.map_err(|error| (error.code, error.message));
                }
                Message::Response(other) => panic!("an answer to nothing, {other:?}"),
                Message::Notification(notification) => self.heard.push(notification),
                Message::Request(_) => {}
            }
        }
    }

    pub(super) fn request(&mut self, method: &str, params: &Value) -> Result<Value, (i32, String)> {
        let id = self.send_request(method, params);
        self.wait_for_response(&id)
    }

    /// The parameters of the next notification with this method for which `fits` is true.
    pub(super) fn wait_for_notification(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let known = self.heard.iter().position(|heard| heard.method == method && fits(&heard.params));
        if let Some(at) = known {
            return self.heard.remove(at).params;
        }
        loop {
            match self.next_message() {
                Message::Notification(heard) if heard.method == method && fits(&heard.params) => {
                    return heard.params;
                }
                Message::Notification(other) => self.heard.push(other),
                Message::Response(other) => panic!("an answer to nothing, {other:?}"),
                Message::Request(_) => {}
            }
        }
    }

    /// Whether there is no unread notification with this method.
    pub(super) fn has_no_notification(&self, method: &str) -> bool {
        self.heard.iter().all(|heard| heard.method != method)
    }

    /// The diagnostics pushed for this version of a document.
    pub(super) fn pushed_diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let params = self.wait_for_notification("textDocument/publishDiagnostics", |params| {
            params["uri"] == uri && params["version"] == version
        });
        params["diagnostics"].as_array().expect("a list").clone()
    }

    /// Requests the diagnostics of a document.
    pub(super) fn pull(&mut self, uri: &str) -> Vec<Value> {
        let report = self
            .request("textDocument/diagnostic", &json!({"textDocument": {"uri": uri}}))
            .expect("diagnostics");
        report["items"].as_array().expect("a full report").clone()
    }

    pub(super) fn open(&self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "dockerfile", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    /// Changes a document: each change has a range (or none for the whole document) and the new text.
    pub(super) fn change(&self, uri: &str, version: i64, changes: &Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", &json!({"textDocument": document, "contentChanges": changes}));
    }

    /// The parameters of a request about a position in a document.
    pub(super) fn position_params(uri: &str, line: u32, character: u32) -> Value {
        json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
    }

    /// The code actions for a range of lines.
    pub(super) fn actions(&mut self, uri: &str, lines: (u32, u32), only: &[&str]) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if !only.is_empty() {
            context["only"] = json!(only);
        }
        let range = json!({
            "start": {"line": lines.0, "character": 0},
            "end": {"line": lines.1, "character": 0},
        });
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        let actions = self.request("textDocument/codeAction", &params).expect("actions");
        actions.as_array().expect("a list").clone()
    }

    fn next_message(&mut self) -> Message {
        let message = self.connection.receiver.recv_timeout(REQUEST_TIMEOUT).expect("the server speaks");
        if let Message::Request(request) = &message {
            self.asked.push(request.method.clone());
            if request.method == "workspace/applyEdit" {
                self.edits.push(request.params["edit"].clone());
            }
            let answer = Response { id: request.id.clone(), response_result: Ok(Value::Null) };
            self.send(answer);
        }
        message
    }

    /// Shuts the server down and waits until it has ended. Returns its exit code, 0 or 1.
    pub(super) fn shut_down(mut self) -> i32 {
        self.request("shutdown", &Value::Null).expect("it shuts down");
        self.notify("exit", &Value::Null);
        self.wait_for_end()
    }

    /// Closes the connection without a shutdown.
    pub(super) fn disconnect(self) -> i32 {
        self.wait_for_end()
    }

    fn wait_for_end(self) -> i32 {
        let Self { connection, server, .. } = self;
        drop(connection);
        match server {
            Server::Thread(mut thread) => {
                let ended = thread.take().expect("a thread").join().expect("no panic");
                i32::from(ended == SessionEnd::Early)
            }
            Server::Process(mut child) => {
                let started = Instant::now();
                loop {
                    if let Some(status) = child.try_wait().expect("a child") {
                        return status.code().expect("it ends by itself");
                    }
                    assert!(started.elapsed() < REQUEST_TIMEOUT, "the server goes on");
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
    }
}
