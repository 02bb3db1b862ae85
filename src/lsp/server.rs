//! The server's loop: from `initialize` to `exit`, one message after the other.

use std::path::Path;
use std::time::Duration;

use crossbeam_channel::{Receiver, select, unbounded};
use gen_lsp_types::{
    CancelNotification, DidChangeConfigurationNotification, DidChangeTextDocumentNotification,
    DidChangeWatchedFilesNotification, DidChangeWorkspaceFoldersNotification,
    DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DidSaveTextDocumentNotification,
    ExecuteCommandRequest, Id, InitializeParams, InitializeResult, LspNotificationMethod, LspRequestMethod,
    MessageType, Notification as ForServer, Request as OfServer, ServerInfo, WorkspaceDiagnosticRequest,
    WorkspaceSymbolRequest,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde_json::Value;

use super::actions::{PIN, PinArgument};
use super::client::LspClient;
use super::configuration::DocumentConfiguration;
use super::cost_report::{COST, CostCommandArguments};
use super::request_parser::parse_request;
use super::requests::{self, RequestKind};
use super::session::{Session, ThreadResult, response_error};
use super::{transport, watching};
use crate::config::ConfigSource;
use crate::library_errors::describe_json_error;

/// The interval for checking whether the process that started the server still exists.
const PARENT_CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// The interval for reading configuration files again, if the client does not report their changes.
const CONFIG_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The client has sent `exit` after `shutdown`.
    Orderly,
    /// The client disconnected, or sent `exit` without `shutdown`.
    Early,
}

/// Serves one client until it exits or disconnects. `source` is the source of the configuration.
pub fn serve(connection: &Connection, source: ConfigSource) -> SessionEnd {
    let (done, threads) = unbounded();
    let mut server = Server { connection, source: Some(source), session: None, shut_down: false };
    let make =
        |client, configuration| Session::new(client, configuration, connection.sender.clone(), done.clone());
    server.run(&threads, &make)
}

struct Server<'c> {
    connection: &'c Connection,
    /// `None` once the session has begun.
    source: Option<ConfigSource>,
    session: Option<Session>,
    shut_down: bool,
}

type SessionFactory<'m> = &'m dyn Fn(LspClient, DocumentConfiguration) -> Session;

impl Server<'_> {
    fn run(&mut self, threads: &Receiver<ThreadResult>, make: SessionFactory<'_>) -> SessionEnd {
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => self.handle_request(request, make),
                    Ok(Message::Notification(last)) if last.method == "exit" => break,
                    Ok(Message::Notification(notification)) => self.handle_notification(notification),
                    Ok(Message::Response(response)) => {
                        if let Some(session) = &mut self.session {
                            session.receive_response(response);
                        }
                    }
                    Err(_) => break,
                },
                recv(threads) -> done => if let (Ok(done), Some(session)) = (done, &mut self.session) {
                    session.handle_result(done);
                },
                default(self.message_wait_limit()) => {
                    if self.is_parent_gone() {
                        break;
                    }
                    if let Some(session) = self.session.as_mut().filter(|session| !session.client.watches) {
                        session.reload(false);
                    }
                }
            }
        }
        if self.shut_down { SessionEnd::Orderly } else { SessionEnd::Early }
    }

    /// How long to wait for a message before looking around.
    fn message_wait_limit(&self) -> Duration {
        match &self.session {
            Some(session) if !session.client.watches => CONFIG_CHECK_INTERVAL,
            _ => PARENT_CHECK_INTERVAL,
        }
    }

    /// Whether the process that started the server has ended.
    fn is_parent_gone(&self) -> bool {
        self.session.as_ref().and_then(|session| session.client.process).is_some_and(|id| !process_exists(id))
    }

    fn handle_request(&mut self, request: Request, make: SessionFactory<'_>) {
        let Request { id, method, params } = request;
        let response = match (LspRequestMethod::from(method.as_str()), &mut self.session) {
            _ if self.shut_down => Err(response_error(ErrorCode::InvalidRequest, "the session is shut down")),
            (LspRequestMethod::Initialize, None) => self.initialize(params, make),
            (LspRequestMethod::Initialize, Some(_)) => {
                Err(response_error(ErrorCode::InvalidRequest, "the session is already initialized"))
            }
            (_, None) => Err(response_error(ErrorCode::ServerNotInitialized, "`initialize` must come first")),
            (LspRequestMethod::Shutdown, Some(_)) => {
                self.shut_down = true;
                Ok(Value::Null)
            }
            (LspRequestMethod::WorkspaceExecuteCommand, Some(session)) => match parse_command(params) {
                Ok(Command::Pin(argument)) => return session.pin(id, &argument),
                Ok(Command::Cost(argument)) => {
                    return session.queue_request(requests::DocumentRequest {
                        id,
                        uri: argument.uri,
                        ask: RequestKind::CostReport,
                    });
                }
                Err(refused) => Err(refused),
            },
            (LspRequestMethod::WorkspaceDiagnostic, Some(session)) => {
                match parse_params::<WorkspaceDiagnosticRequest>(params) {
                    Ok(params) => {
                        return session.request_workspace_diagnostics(id, params.previous_result_ids);
                    }
                    Err(refused) => Err(refused),
                }
            }
            (LspRequestMethod::WorkspaceSymbol, Some(session)) => {
                match parse_params::<WorkspaceSymbolRequest>(params) {
                    Ok(params) => return session.find_symbols(id, &params.query),
                    Err(refused) => Err(refused),
                }
            }
            (method, Some(session)) => match parse_request(method, params) {
                Ok((uri, ask)) => return session.queue_request(requests::DocumentRequest { id, uri, ask }),
                Err(refused) => Err(refused),
            },
        };
        drop(self.connection.sender.send(Response { id, response_result: response }.into()));
    }

    fn initialize(&mut self, params: Value, make: SessionFactory<'_>) -> Result<Value, ResponseError> {
        let params: InitializeParams = deserialize_params("initialize", params)?;
        let mut client = LspClient::new(&params);
        // If the process is not visible now, for example from inside a container, it never will be.
        client.process = client.process.filter(|id| process_exists(*id));
        let result = InitializeResult {
            capabilities: client.server_capabilities(),
            server_info: Some(ServerInfo::new(
                "dockwright".to_string(),
                Some(env!("CARGO_PKG_VERSION").to_string()),
            )),
        };
        let source = self.source.take().unwrap_or(ConfigSource::Nearest);
        let configuration = DocumentConfiguration::new(source, client.directories.clone());
        self.session = Some(make(client, configuration));
        serde_json::to_value(result).map_err(|why| response_error(ErrorCode::InternalError, why.to_string()))
    }

    fn handle_notification(&mut self, notification: Notification) {
        let Some(session) = &mut self.session else { return };
        if self.shut_down {
            return;
        }
        let method = notification.method.clone();
        if let Err(refused) = apply_notification(session, notification) {
            session.log(MessageType::Error, &format!("ignored `{method}`: {}", refused.message));
        }
    }
}

/// The commands, each with its argument.
enum Command {
    Pin(PinArgument),
    Cost(CostCommandArguments),
}

/// The command that is to be run.
fn parse_command(params: Value) -> Result<Command, ResponseError> {
    let params = parse_params::<ExecuteCommandRequest>(params)?;
    let argument = params.arguments.unwrap_or_default().into_iter().next();
    let argument = serde_json::to_value(argument).unwrap_or_default();
    let name = params.command.as_str();
    let needs = |form: &str| {
        response_error(ErrorCode::InvalidParams, format!("`{name}` takes one argument, `{form}`"))
    };
    match name {
        PIN => serde_json::from_value(argument)
            .map(Command::Pin)
            .map_err(|_| needs("{\"uri\": …, \"position\": …}")),
        COST => serde_json::from_value(argument).map(Command::Cost).map_err(|_| needs("{\"uri\": …}")),
        _ => Err(response_error(ErrorCode::InvalidParams, format!("unknown command `{name}`"))),
    }
}

/// Handles a notification. Unknown ones are ignored, as the protocol requires.
fn apply_notification(session: &mut Session, notification: Notification) -> Result<(), ResponseError> {
    let Notification { method, params } = notification;
    match LspNotificationMethod::from(method.as_str()) {
        LspNotificationMethod::Initialized => {
            watching::watch_configurations(session);
            session.check_configuration();
        }
        LspNotificationMethod::TextDocumentDidOpen => {
            let document = parse_notification::<DidOpenTextDocumentNotification>(params)?.text_document;
            let language = serde_json::to_value(&document.language_id).unwrap_or_default();
            let language = language.as_str().unwrap_or_default();
            session.open_document(document.uri, language, document.version, document.text);
        }
        LspNotificationMethod::TextDocumentDidChange => {
            let params = parse_notification::<DidChangeTextDocumentNotification>(params)?;
            let document = params.text_document;
            let uri = document.text_document_identifier.uri;
            session.change_document(&uri, document.version, params.content_changes);
        }
        LspNotificationMethod::TextDocumentDidSave => {
            let params = parse_notification::<DidSaveTextDocumentNotification>(params)?;
            session.save_document(&params.text_document.uri, params.text);
        }
        LspNotificationMethod::TextDocumentDidClose => {
            session.close_document(
                &parse_notification::<DidCloseTextDocumentNotification>(params)?.text_document.uri,
            );
        }
        LspNotificationMethod::WorkspaceDidChangeWatchedFiles => {
            let changes = parse_notification::<DidChangeWatchedFilesNotification>(params)?.changes;
            // For open Dockerfiles, the editor reports changes.
            if changes.iter().any(|change| watching::affects_other_files(session, &change.uri)) {
                session.reload(true);
            }
            session.workspace_changed();
        }
        LspNotificationMethod::WorkspaceDidChangeConfiguration => {
            parse_notification::<DidChangeConfigurationNotification>(params)?;
            session.reload(true);
            session.workspace_changed();
        }
        LspNotificationMethod::WorkspaceDidChangeWorkspaceFolders => {
            let event = parse_notification::<DidChangeWorkspaceFoldersNotification>(params)?.event;
            let removed: Vec<_> = event.removed.iter().filter_map(|it| it.uri.to_file_path().ok()).collect();
            let directories = &mut session.configuration.directories;
            directories.retain(|directory| !removed.contains(directory));
            directories.extend(event.added.iter().filter_map(|directory| directory.uri.to_file_path().ok()));
            session.reload(false);
            session.workspace_changed();
        }
        LspNotificationMethod::CancelRequest => {
            let id = match parse_notification::<CancelNotification>(params)?.id {
                Id::Int(id) => RequestId::from(id),
                Id::String(id) => RequestId::from(id),
            };
            session.cancel_request(id);
        }
        LspNotificationMethod::Custom(transport::UNREADABLE) => {
            let why = params.as_str().unwrap_or_default();
            session.log(MessageType::Error, &format!("received an invalid message: {why}"));
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn parse_params<R: OfServer>(params: Value) -> Result<R::Params, ResponseError> {
    deserialize_params(R::METHOD.as_str(), params)
}

fn parse_notification<N: ForServer>(params: Value) -> Result<N::Params, ResponseError> {
    deserialize_params(N::METHOD.as_str(), params)
}

fn deserialize_params<T: serde::de::DeserializeOwned>(
    method: &str,
    params: Value,
) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|error| {
        let why = describe_json_error(&error);
        response_error(ErrorCode::InvalidParams, format!("invalid parameters for `{method}`: {why}"))
    })
}

/// Whether the process exists, if the system can tell.
fn process_exists(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}
