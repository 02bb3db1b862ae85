//! Names over the protocol: references, highlights, rename.

use serde_json::{Value, json};

use super::client::{Client, DOCUMENT as URI, modern, opened};

const TEXT: &str =
    "ARG V=1\nFROM a:$V AS base\nENV W=é🐳\nFROM b\nARG V\nCOPY --from=base x /$V\nRUN <<E\nx\nE\n";

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}})
}

fn ranges(answer: &Value) -> Vec<Value> {
    answer.as_array().expect("a list").iter().map(|place| place["range"].clone()).collect()
}

#[test]
fn references_are_all_places_of_a_name() {
    let (mut client, _directory) = opened(&modern(), TEXT);
    for (at, declarations, expected) in [
        ((5, 13), true, vec![range(1, 13, 17), range(5, 12, 16)]),
        ((1, 14), false, vec![range(5, 12, 16)]),
        ((0, 4), true, vec![range(0, 4, 5), range(1, 8, 9), range(4, 4, 5), range(5, 21, 22)]),
        ((8, 0), true, vec![range(6, 6, 7), range(8, 0, 1)]),
    ] {
        let mut params = Client::position_params(URI, at.0, at.1);
        params["context"] = json!({"includeDeclaration": declarations});
        let found = client.request("textDocument/references", &params).expect("places");
        assert_eq!(ranges(&found), expected, "{at:?}");
        assert!(found.as_array().expect("a list").iter().all(|place| place["uri"] == URI));
    }
    let mut params = Client::position_params(URI, 6, 1);
    params["context"] = json!({"includeDeclaration": true});
    assert_eq!(client.request("textDocument/references", &params), Ok(Value::Null));
}

#[test]
fn highlights_tell_declarations_from_uses() {
    let (mut client, _directory) = opened(&modern(), TEXT);
    let found = client
        .request("textDocument/documentHighlight", &Client::position_params(URI, 5, 12))
        .expect("highlights");
    assert_eq!(
        found,
        json!([{"range": range(1, 13, 17), "kind": 3}, {"range": range(5, 12, 16), "kind": 2}])
    );
}

#[test]
fn a_new_name_is_written_to_all_places() {
    let (mut client, _directory) = opened(&modern(), TEXT);
    let offered =
        client.request("textDocument/prepareRename", &Client::position_params(URI, 5, 14)).expect("a name");
    assert_eq!(offered, json!({"range": range(5, 12, 16), "placeholder": "base"}));
    let mut params = Client::position_params(URI, 5, 14);
    params["newName"] = json!("build");
    let edit = client.request("textDocument/rename", &params).expect("an edit");
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 1}));
    assert_eq!(
        change["edits"],
        json!([
            {"range": range(1, 13, 17), "newText": "build"},
            {"range": range(5, 12, 16), "newText": "build"},
        ])
    );
    params["newName"] = json!("1");
    let (code, _) = client.request("textDocument/rename", &params).expect_err("no name for a stage");
    assert_eq!(code, lsp_server::ErrorCode::RequestFailed as i32);
    let nothing = client.request("textDocument/prepareRename", &Client::position_params(URI, 6, 1));
    assert_eq!(nothing, Ok(Value::Null));
    // A stage without a name.
    let (_, why) = client
        .request("textDocument/prepareRename", &Client::position_params(URI, 3, 1))
        .expect_err("nothing to rename");
    assert_eq!(why, "the stage has no name; add `AS name`");
}
