//! Every request, at random positions in broken documents: there is a response or an error, and ranges are in the
//! document.

use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::client::{Client, push_capabilities};
use super::edits::{RandomSource, STARTS, edit, position, random_offset};

/// Requests about a position, with their other parameters.
const AT_A_POSITION: [(&str, &str); 9] = [
    ("textDocument/completion", "{}"),
    ("textDocument/signatureHelp", "{}"),
    ("textDocument/hover", "{}"),
    ("textDocument/definition", "{}"),
    ("textDocument/references", r#"{"context": {"includeDeclaration": true}}"#),
    ("textDocument/documentHighlight", "{}"),
    ("textDocument/prepareRename", "{}"),
    ("textDocument/rename", r#"{"newName": "other"}"#),
    ("textDocument/rename", r#"{"newName": "é 🐳"}"#),
];

/// Requests about a document or a range of it.
const ABOUT_THE_DOCUMENT: [&str; 10] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/documentLink",
    "textDocument/codeLens",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/inlayHint",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/selectionRange",
];

/// Asserts that the positions in a response exist in the text.
fn check_positions(value: &Value, lines: &[&str], method: &str) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| check_positions(value, lines, method)),
        Value::Object(fields) => {
            if let (Some(line), Some(character)) = (fields.get("line"), fields.get("character")) {
                let number =
                    |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
                let text = lines.get(number(line)).unwrap_or_else(|| panic!("{method}: line {line}"));
                let length = text.chars().count();
                assert!(number(character) <= length, "{method}: {line}:{character} in {text:?}");
            }
            fields.values().for_each(|value| check_positions(value, lines, method));
        }
        _ => {}
    }
}

#[test]
fn broken_documents_are_answered() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::new(&push_capabilities(), directory.path());
    let mut dice = RandomSource::new(9);
    let mut answered = 0;
    for round in 0..4 {
        for (number, start) in STARTS.iter().enumerate() {
            let uri = format!("file://{}/{round}-{number}/Dockerfile", directory.path().display());
            let (text, _) = edit(&client, &uri, start, 12, &mut dice);
            // In the protocol, LF, CR LF and CR end a line.
            let unified = text.replace("\r\n", "\n").replace('\r', "\n");
            let lines: Vec<&str> = unified.split('\n').collect();
            let own = json!({"uri": uri});
            let mut ask = |method: &str, params: &Value| {
                let answer = client.request(method, params);
                match &answer {
                    Ok(answer) => check_positions(answer, &lines, method),
                    Err((code, why)) => {
                        assert_eq!(*code, ErrorCode::RequestFailed as i32, "{method} {why} {text:?}");
                    }
                }
                answered += 1;
            };
            for (method, more) in AT_A_POSITION {
                let mut params: Value = serde_json::from_str(more).expect("JSON");
                params["textDocument"] = own.clone();
                params["position"] = position(&text, random_offset(&text, &mut dice));
                ask(method, &params);
            }
            for method in ABOUT_THE_DOCUMENT {
                let ends = [0, 0].map(|_| position(&text, random_offset(&text, &mut dice)));
                let params = json!({
                    "textDocument": own,
                    "range": {"start": ends[0], "end": ends[1]},
                    "positions": ends,
                    "options": {"tabSize": 4, "insertSpaces": true},
                });
                ask(method, &params);
            }
        }
    }
    assert_eq!(answered, 4 * STARTS.len() * 19);
    assert_eq!(client.shut_down(), 0);
}
