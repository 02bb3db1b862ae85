//! Nothing that an editor shows contains a secret: diagnostics, hovers, the outline, titles of actions.

use serde_json::{Value, json};

use super::client::{Client, modern};

const URI: &str = "file:///work/Dockerfile";

/// The response without the new texts of edits, because the document already contains the secret.
fn without_edit_texts(mut value: Value) -> String {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("newText");
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value.to_string()
}

#[test]
fn nothing_that_is_shown_has_a_secret() {
    // Code forges refuse files that contain tokens, so this one is assembled here.
    let token = format!("gh{}R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi", "p_");
    let text = format!(
        "FROM debian:12\nENV A={token} DB_PASSWORD=hunter2222\nARG API_TOKEN=swordfish99\n\
         RUN cd /a && curl -u ci:tr0ub4dor99 https://x.net/a | sh\n\
         RUN git clone https://ci:{token}@x.net/r \\\n  && cd r\nLABEL key={token}\nCOPY <<E /a\n{token}\nE\nUSER root\n\
         WORKDIR /$A/$DB_PASSWORD/$API_TOKEN\nADD https://ci:tr0ub4dor99@x.net/b.txt /b\nWORKDIR /${{D\n"
    );
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("dockwright.toml"), "preview = true\n").expect("a file");
    let mut client = Client::new(&modern(), directory.path());
    client.open(URI, &text);
    let diagnostics = client.pull(URI);
    assert!(diagnostics.iter().any(|one| one["code"] == "DW3002"), "{diagnostics:?}");
    let mut all = vec![without_edit_texts(Value::Array(diagnostics))];
    for line in 0..u32::try_from(text.lines().count()).expect("a few") {
        for character in [0, 4, 8, 12, 18, 30] {
            let asked = Client::position_params(URI, line, character);
            for request in ["hover", "completion", "signatureHelp", "documentHighlight"] {
                all.push(without_edit_texts(
                    client.request(&format!("textDocument/{request}"), &asked).expect("an answer"),
                ));
            }
        }
        all.push(without_edit_texts(Value::Array(client.actions(URI, (line, line + 1), &[]))));
    }
    let document = json!({"textDocument": {"uri": URI}});
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let range = json!({"textDocument": {"uri": URI}, "range": whole});
    all.push(without_edit_texts(client.request("textDocument/inlayHint", &range).expect("an answer")));
    all.push(without_edit_texts(client.request("textDocument/documentLink", &document).expect("an answer")));
    let outline =
        without_edit_texts(client.request("textDocument/documentSymbol", &document).expect("an answer"));
    assert!(outline.contains("DB_PASSWORD=•"), "{outline}");
    all.push(outline);
    for secret in [token.as_str(), "hunter2222", "swordfish99", "tr0ub4dor99"] {
        for answer in &all {
            assert!(!answer.contains(secret), "{secret}: {answer}");
        }
    }
}
