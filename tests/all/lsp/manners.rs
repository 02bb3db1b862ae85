//! The server's reaction to clients that violate the protocol: clear errors, no leaks, termination.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::client::{Client, modern, push_capabilities};

const URI: &str = "file:///work/Dockerfile";

fn refusal(answer: Result<Value, (i32, String)>) -> (i32, String) {
    answer.expect_err("it is refused")
}

#[test]
fn rejects_requests_out_of_order() {
    let mut client = Client::without_handshake();
    let document = json!({"textDocument": {"uri": URI}});
    let (code, message) = refusal(client.request("textDocument/documentSymbol", &document));
    assert_eq!(
        (code, message.as_str()),
        (ErrorCode::ServerNotInitialized as i32, "`initialize` must come first")
    );
    client.open(URI, "FROM a\n");
    let (code, _) = refusal(client.request("initialize", &json!({"capabilities": 3})));
    assert_eq!(code, ErrorCode::InvalidParams as i32);
    client.initialize(&modern(), Path::new("/work"));
    let (code, _) = refusal(client.request("initialize", &json!({"capabilities": {}})));
    assert_eq!(code, ErrorCode::InvalidRequest as i32);

    // The document was opened too early.
    let (code, message) = refusal(client.request("textDocument/documentSymbol", &document));
    assert_eq!(code, ErrorCode::InvalidParams as i32);
    assert_eq!(message, "`file:///work/Dockerfile` is not open");
    client.change(URI, 2, &json!([{"text": "x"}]));
    let said = client.wait_for_notification("window/logMessage", |_| true);
    assert_eq!(said["message"], "`file:///work/Dockerfile` was changed but is not open");
    client.notify("textDocument/didClose", &document);

    client.request("shutdown", &Value::Null).expect("it shuts down");
    let (code, _) = refusal(client.request("textDocument/documentSymbol", &document));
    assert_eq!(code, ErrorCode::InvalidRequest as i32);
    client.open(URI, "FROM a\n");
    client.notify("exit", &Value::Null);
    assert_eq!(client.disconnect(), 0);
}

#[test]
fn names_unknown_and_unreadable_files() {
    let mut client = Client::new(&modern(), Path::new("/work"));
    let (code, message) = refusal(client.request("textDocument/moniker", &json!({})));
    assert_eq!(code, ErrorCode::MethodNotFound as i32);
    assert_eq!(message, "method not supported: `textDocument/moniker`");
    let (code, _) = refusal(client.request("textDocument/hover", &json!({"position": 3})));
    assert_eq!(code, ErrorCode::InvalidParams as i32);
    client.notify("no/such/thing", &json!([1]));
    client.notify("textDocument/didOpen", &json!({"textDocument": {"uri": "no address"}}));
    let said = client.wait_for_notification("window/logMessage", |_| true);
    let said = said["message"].as_str().expect("a message");
    assert!(said.contains("`textDocument/didOpen`"), "{said}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn server_ends_if_client_disconnects() {
    for greet in [false, true] {
        let mut client = Client::process();
        if greet {
            client.initialize(&push_capabilities(), Path::new("/work"));
            client.open(URI, &"RUN apt-get install x\n".repeat(1_000));
        }
        assert_eq!(client.disconnect(), 1);
    }
    let mut client = Client::process();
    client.initialize(&push_capabilities(), Path::new("/work"));
    client.notify("exit", &Value::Null);
    assert_eq!(client.disconnect(), 1);
}

#[test]
fn rejects_input_outside_protocol() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dockwright"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(b"GET / HTTP/1.1\r\n\r\n").expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("standard input: cannot read (a header line has no colon)"), "{said}");
}

#[test]
fn drops_cancelled_answers() {
    let mut client = Client::new(&modern(), Path::new("/work"));
    // Long enough that the request is not answered before it is canceled.
    client.open(URI, &format!("FROM a:1\n{}", "RUN apt-get install x\n".repeat(400)));
    let asked = client.send_request("textDocument/hover", &Client::position_params(URI, 0, 0));
    client.notify("$/cancelRequest", &json!({"id": 2}));
    let (code, _) = refusal(client.wait_for_response(&asked));
    assert_eq!(code, ErrorCode::RequestCanceled as i32);
    // A request about a text that no longer exists.
    let asked = client.send_request("textDocument/hover", &Client::position_params(URI, 0, 0));
    client.change(URI, 2, &json!([{"text": "FROM a:1\n"}]));
    let (code, message) = refusal(client.wait_for_response(&asked));
    assert_eq!(code, ErrorCode::ContentModified as i32);
    assert_eq!(message, "`file:///work/Dockerfile` was changed");
    // Diagnostics are about the current text, and there are no responses about the old one.
    assert_eq!(client.pull(URI), Vec::<Value>::new());
    client.notify("$/cancelRequest", &json!({"id": 999}));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn large_document_does_not_block_others() {
    let mut client = Client::new(&push_capabilities(), Path::new("/work"));
    let text = format!("FROM a:1\nRUN echo {}\n", "é🐳 ".repeat(3_000_000 / 7));
    client.open(URI, &text);
    // Typing continues at its end, in one line of three million bytes.
    for version in 2..6 {
        let at = json!({"line": 2, "character": 0});
        client.change(URI, version, &json!([{"range": {"start": at, "end": at}, "text": "#"}]));
    }
    let other = "file:///work/other/Dockerfile";
    client.open(other, "FROM a\n");
    assert_eq!(client.pushed_diagnostics(other, 1)[0]["code"], "DL3006");
    let found = client.pushed_diagnostics(URI, 5);
    assert!(found.len() < 10, "{found:?}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn limits_number_of_diagnostics() {
    let mut client = Client::new(&push_capabilities(), Path::new("/work"));
    client.open(URI, &"FROM a\n".repeat(10_500));
    assert_eq!(client.pushed_diagnostics(URI, 1).len(), 10_000);
    let said = client.wait_for_notification("window/logMessage", |_| true);
    let said = said["message"].as_str().expect("a message");
    assert!(said.ends_with(" more problems in `file:///work/Dockerfile` are not shown"), "{said}");
}

#[test]
fn many_documents_come_and_go() {
    let mut client = Client::new(&push_capabilities(), Path::new("/work"));
    for number in 0..200 {
        let uri = format!("untitled:{number}");
        client.open(&uri, "FROM a\n");
        client.change(&uri, 2, &json!([{"text": "FROM b\n"}]));
        if number % 2 == 0 {
            client.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri}}));
        } else {
            assert_eq!(client.pushed_diagnostics(&uri, 2).len(), 1);
        }
    }
    assert_eq!(client.shut_down(), 0);
}
