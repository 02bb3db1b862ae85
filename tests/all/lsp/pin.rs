//! Code actions that pin an image: registries are not queried before the action is chosen.

use serde_json::{Value, json};

use crate::test_server::{Server, ServerReply};

use super::client::{Client, modern};

const URI: &str = "file:///work/Dockerfile";

/// Runs the command of the action with this title.
fn choose(client: &mut Client, title: &str) -> Result<Value, (i32, String)> {
    let actions = client.actions(URI, (0, 9), &[]);
    let action = actions.iter().find(|action| action["title"] == title).expect("the action is offered");
    assert_eq!(action["edit"], Value::Null, "it is not known yet");
    let command = &action["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.request("workspace/executeCommand", &params)
}

#[test]
fn looks_up_pin_when_action_is_chosen() {
    let registry = Server::new(|received| match received.path.as_str() {
        "/v2/a/manifests/1" => ServerReply::ok(r#"{"schemaVersion":2,"manifests":[{"digest":"sha256:1"}]}"#),
        _ => ServerReply::status(404),
    });
    let host = registry.host();
    let directory = tempfile::tempdir().expect("a directory");
    let mut can = modern();
    can["workspace"]["applyEdit"] = json!(true);
    let mut client = Client::without_handshake();
    let offered = client.initialize(&can, directory.path());
    assert_eq!(
        offered["capabilities"]["executeCommandProvider"]["commands"],
        json!(["dockwright.cost", "dockwright.pin"])
    );
    client.open(URI, &format!("FROM {host}/a:1 AS one\nFROM {host}/none:1\n"));
    client.pull(URI);
    let title = format!("Pin `{host}/a:1`");
    client.actions(URI, (0, 1), &[]);
    assert_eq!(registry.received(), []);

    assert_eq!(choose(&mut client, &title), Ok(Value::Null));
    let edit = &client.edits[0]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": URI, "version": 1}));
    let text = edit["edits"][0]["newText"].as_str().expect("a text");
    assert!(text.starts_with(&format!("FROM {host}/a:1@sha256:")) && text.ends_with(" AS one\n"), "{text}");
    assert_eq!(registry.received().len(), 1);

    let (code, _) = choose(&mut client, &format!("Pin `{host}/none:1`")).expect_err("there is none");
    assert_eq!(code, lsp_server::ErrorCode::RequestFailed as i32);
    client.wait_for_notification("window/showMessage", |params| params["type"] == 1);
    assert_eq!(client.edits.len(), 1);
    let unknown = client.request("workspace/executeCommand", &json!({"command": "x"}));
    assert!(unknown.is_err());
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn offers_no_edits_without_support() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::without_handshake();
    let offered = client.initialize(&modern(), directory.path());
    assert_eq!(offered["capabilities"]["executeCommandProvider"]["commands"], json!(["dockwright.cost"]));
    client.open(URI, "FROM alpine:3.20\n");
    client.pull(URI);
    let actions = client.actions(URI, (0, 1), &[]);
    assert!(
        !actions.iter().any(|action| action["title"].as_str().is_some_and(|title| title.starts_with("Pin")))
    );
}
