//! Formatting a document, and a range of it.

use serde_json::{Value, json};

use super::client::{Client, push_capabilities};

const URI: &str = "file:///work/Dockerfile";
const TEXT: &str = "from alpine:3.20\nworkdir   /app\nrun  true\n";

fn client(text: &str) -> (Client, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let client = Client::new(&push_capabilities(), directory.path());
    client.open(URI, text);
    (client, directory)
}

fn edits(client: &mut Client, method: &str, params: &Value) -> Value {
    let mut all = json!({"textDocument": {"uri": URI}, "options": {"tabSize": 4, "insertSpaces": true}});
    for (key, value) in params.as_object().expect("an object") {
        all[key] = value.clone();
    }
    client.request(method, &all).expect("an answer")
}

fn lines(from: u32, to: u32) -> Value {
    json!({"start": {"line": from, "character": 0}, "end": {"line": to, "character": 0}})
}

#[test]
fn formats_document_and_range() {
    let (mut client, _directory) = client(TEXT);
    let all = edits(&mut client, "textDocument/formatting", &json!({}));
    let text = "FROM alpine:3.20\nWORKDIR /app\nRUN true\n";
    assert_eq!(all, json!([{"range": lines(0, 3), "newText": text}]));
    let some = edits(&mut client, "textDocument/rangeFormatting", &json!({"range": lines(1, 2)}));
    assert_eq!(some, json!([{"range": lines(1, 2), "newText": "WORKDIR /app\n"}]));
    client.change(URI, 2, &json!([{"text": text}]));
    assert_eq!(edits(&mut client, "textDocument/formatting", &json!({})), json!([]));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn leaves_unbuildable_files_alone() {
    let (mut client, _directory) = client("FROM alpine:3.20\nRUNN x\n");
    assert_eq!(edits(&mut client, "textDocument/formatting", &json!({})), Value::Null);
    // The editor shows nothing, so the log has the reason.
    let log = client.wait_for_notification("window/logMessage", |_| true);
    assert_eq!(
        log["message"],
        "`file:///work/Dockerfile` not formatted: the file has build errors; `dockwright check` lists them"
    );
    assert_eq!(client.shut_down(), 0);
}
