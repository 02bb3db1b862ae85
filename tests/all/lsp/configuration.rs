//! Settings come from the directory of a document, and are read again when they change.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::client::{Client, modern, push_capabilities};

fn file_uri(path: &Path) -> String {
    url::Url::from_file_path(path).expect("absolute").to_string()
}

fn codes(diagnostics: &[Value]) -> Vec<String> {
    diagnostics.iter().filter_map(|diagnostic| Some(diagnostic["code"].as_str()?.to_string())).collect()
}

#[test]
fn each_directory_has_its_own_configuration() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    for (name, config, text) in [
        ("own", "dockwright.toml", "rules.ignore = [\"DL3006\"]\n"),
        ("hadolint", ".hadolint.yaml", "ignored: [DL3020]\n"),
        ("excluded", "dockwright.toml", "exclude = [\"Dockerfile\"]\n"),
        ("broken", "dockwright.toml", "rule.ignore = []\n"),
        ("none", "other.toml", ""),
    ] {
        fs::create_dir(root.join(name)).expect("a directory");
        fs::write(root.join(name).join(config), text).expect("written");
    }
    let mut client = Client::new(&modern(), root);
    for (name, expected) in [
        ("own", &["DL3020"][..]),
        ("hadolint", &["DL3006"]),
        ("excluded", &[]),
        ("broken", &["DL3006", "DL3020"]),
        ("none", &["DL3006", "DL3020"]),
    ] {
        let uri = file_uri(&root.join(name).join("Dockerfile"));
        client.open(&uri, "FROM a\nADD x /y\n");
        assert_eq!(codes(&client.pull(&uri)), expected, "{name}");
    }
    let said = client.wait_for_notification("window/showMessage", |_| true);
    let said = said["message"].as_str().expect("a message");
    assert!(said.starts_with("dockwright: broken/dockwright.toml:1: "), "{said}");
    assert!(said.ends_with("; the default settings are in effect"), "{said}");
}

#[test]
fn errors_in_the_configuration_are_shown_until_they_are_corrected() {
    for (capabilities, names, broken, line) in [
        (modern(), ["dockwright.toml", ".dockwright.toml"], "# a\nrules.ignore = [\"DL300\n", 1),
        (
            push_capabilities(),
            [".hadolint.yaml", ".hadolint.yml"],
            "ignored:\n- DL3006\nfailure-threshold: no\n",
            2,
        ),
    ] {
        for name in names {
            let directory = tempfile::tempdir().expect("a directory");
            let config = directory.path().join(name);
            fs::write(&config, broken).expect("written");
            let mut client = Client::new(&capabilities, directory.path());
            // Before any document is open.
            let said = client.wait_for_notification("window/showMessage", |_| true);
            let said = said["message"].as_str().expect("a message").to_string();
            assert!(said.starts_with(&format!("dockwright: {name}:{}: ", line + 1)), "{said}");
            let faults = |client: &mut Client| {
                let address = file_uri(&config);
                client.wait_for_notification("textDocument/publishDiagnostics", |it| {
                    it["uri"] == address.as_str()
                })["diagnostics"]
                    .clone()
            };
            let found = faults(&mut client);
            assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
            assert_eq!(
                (&found[0]["severity"], &found[0]["range"]["start"]["line"]),
                (&json!(1), &json!(line))
            );
            let dockerfile = file_uri(&directory.path().join("Dockerfile"));
            client.open(&dockerfile, "FROM a\nADD x /y\n");
            let pulls = capabilities["textDocument"]["diagnostic"].is_object();
            let problems = |client: &mut Client| {
                codes(&if pulls {
                    client.pull(&dockerfile)
                } else {
                    client.pushed_diagnostics(&dockerfile, 1)
                })
            };
            assert_eq!(problems(&mut client), ["DL3006", "DL3020"]);
            // A client that watches files reports the change; otherwise the server finds it.
            let correct =
                if name.ends_with("toml") { "rules.ignore = [\"DL3006\"]\n" } else { "ignored: [DL3006]\n" };
            fs::write(&config, correct).expect("written");
            if pulls {
                let change = json!({"changes": [{"uri": file_uri(&config), "type": 2}]});
                client.notify("workspace/didChangeWatchedFiles", &change);
            }
            assert_eq!(problems(&mut client), ["DL3020"]);
            assert_eq!(faults(&mut client), json!([]));
        }
    }
}

#[test]
fn reloads_configuration_on_notification() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("dockwright.toml");
    let uri = file_uri(&directory.path().join("Dockerfile"));
    let mut client = Client::new(&modern(), directory.path());
    client.open(&uri, "FROM a\nADD x /y\n");
    assert_eq!(codes(&client.pull(&uri)), ["DL3006", "DL3020"]);
    assert_eq!(client.asked, ["client/registerCapability"]);
    fs::write(&config, "rules.ignore = [\"DL3006\"]\n").expect("written");
    let change = json!({"changes": [{"uri": "file:///any/dockwright.toml", "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", &change);
    assert_eq!(codes(&client.pull(&uri)), ["DL3020"]);
    assert_eq!(client.asked, ["client/registerCapability", "workspace/diagnostic/refresh"]);
    // A configuration with an error changes nothing and is reported once.
    fs::write(&config, "rules.ignore = [\"DL300\n").expect("written");
    client.notify("workspace/didChangeConfiguration", &json!({"settings": {}}));
    client.notify("workspace/didChangeConfiguration", &json!({"settings": null}));
    let said = client.wait_for_notification("window/showMessage", |params| params["type"] == 1);
    let said = said["message"].as_str().expect("a message");
    assert!(said.ends_with("; the previous configuration stays in effect"), "{said}");
    assert_eq!(codes(&client.pull(&uri)), ["DL3020"]);
    // So it does for a document that is opened later, and in the workspace.
    let later = file_uri(&directory.path().join("later/Dockerfile"));
    client.open(&later, "FROM a\n");
    assert_eq!(codes(&client.pull(&later)), Vec::<String>::new());
    fs::write(directory.path().join("other.Dockerfile"), "FROM a\n").expect("written");
    let workspace =
        client.request("workspace/diagnostic", &json!({"previousResultIds": []})).expect("reports");
    assert_eq!(workspace["items"][0]["items"], json!([]));
    assert!(client.has_no_notification("window/showMessage"));
    fs::remove_file(&config).expect("removed");
    client.notify("workspace/didChangeWatchedFiles", &change);
    assert_eq!(codes(&client.pull(&uri)), ["DL3006", "DL3020"]);
}

#[test]
fn baseline_of_the_configuration_hides_known_problems() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let write = |name: &str, text: &str| fs::write(path(name), text).expect("written");
    let record = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_dockwright"))
            .args(["check", "--write-baseline", "known.json"])
            .current_dir(directory.path())
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    write("Dockerfile", "FROM a\n");
    write("other.Dockerfile", "FROM b\n");
    record();
    write("dockwright.toml", "baseline = \"known.json\"\n");
    let mut client = Client::new(&modern(), directory.path());
    let uri = file_uri(&path("Dockerfile"));
    client.open(&uri, "# moved\nFROM a\nADD x /y\n");
    assert_eq!(codes(&client.pull(&uri)), ["DL3020"]);
    // A hidden problem offers neither a fix nor an ignore comment.
    assert!(client.actions(&uri, (1, 1), &[]).iter().all(|action| action["kind"] != "quickfix"));
    let workspace = client.request("workspace/diagnostic", &json!({"previousResultIds": []}));
    let workspace = workspace.expect("reports");
    assert!(workspace["items"].as_array().expect("reports").iter().all(|it| it["items"] == json!([])));
    // The client reports changes to the baseline.
    assert_eq!(client.asked, ["client/registerCapability"; 2]);
    write("Dockerfile", "# moved\nFROM a\nADD x /y\n");
    record();
    let address = url::Url::from_file_path(path("known.json")).expect("absolute");
    let change = json!({"changes": [{"uri": address, "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", &change);
    assert_eq!(codes(&client.pull(&uri)), Vec::<String>::new());
    // A baseline that cannot be read is reported and hides nothing.
    write("known.json", "{");
    client.notify("workspace/didChangeWatchedFiles", &change);
    assert_eq!(codes(&client.pull(&uri)), ["DL3006", "DL3020"]);
    let said = client.wait_for_notification("window/showMessage", |_| true);
    assert!(said["message"].as_str().is_some_and(|text| text.contains("known.json")), "{said}");
}

#[test]
fn serves_minimal_client_on_save() {
    let directory = tempfile::tempdir().expect("a directory");
    let uri = file_uri(&directory.path().join("Dockerfile"));
    let mut client = Client::new(&push_capabilities(), directory.path());
    client.open(&uri, "FROM a\n");
    assert_eq!(codes(&client.pushed_diagnostics(&uri, 1)), ["DL3006"]);
    fs::write(directory.path().join(".hadolint.yaml"), "ignored: [DL3006]\n").expect("written");
    client.notify("textDocument/didSave", &json!({"textDocument": {"uri": uri}}));
    assert_eq!(client.pushed_diagnostics(&uri, 1), Vec::<Value>::new());
    assert_eq!(client.asked, Vec::<String>::new());
    // If the file differs from the text of the server, the file counts.
    client.notify(
        "textDocument/didSave",
        &json!({"textDocument": {"uri": uri}, "text": "FROM a:1\nADD x /y\n"}),
    );
    assert_eq!(codes(&client.pushed_diagnostics(&uri, 1)), ["DL3020"]);
}

#[test]
fn unsaved_document_uses_first_workspace_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("dockwright.toml"), "rules.ignore = [\"DL3006\"]\n").expect("written");
    let mut client = Client::new(&modern(), directory.path());
    client.open("untitled:Untitled-1", "FROM a\nADD x /y\n");
    assert_eq!(codes(&client.pull("untitled:Untitled-1")), ["DL3020"]);
    let other = tempfile::tempdir().expect("a directory");
    let address = |path: &Path| url::Url::from_directory_path(path).expect("absolute").to_string();
    let event = json!({
        "added": [{"uri": address(other.path()), "name": "other"}],
        "removed": [{"uri": address(directory.path()), "name": "directory"}],
    });
    client.notify("workspace/didChangeWorkspaceFolders", &json!({"event": event}));
    assert_eq!(codes(&client.pull("untitled:Untitled-1")), ["DL3006", "DL3020"]);
}

#[test]
fn other_files_have_no_answers() {
    let directory = tempfile::tempdir().expect("a directory");
    let uri = |name: &str| file_uri(&directory.path().join(name));
    let mut client = Client::new(&modern(), directory.path());
    let files = [
        ("compose.yaml", "dockercompose", "web:\n  build: .\n"),
        (".dockerignore", "dockerfile", "*.log\nRUN x\n"),
        ("Dockerfile.dockerignore", "dockerfile", "*.log\nRUN x\n"),
        ("Dockerfile.md", "dockerfile", "RUN x\nRUN x\n"),
    ];
    for (name, language, text) in files {
        let document = json!({"uri": uri(name), "languageId": language, "version": 1, "text": text});
        client.notify("textDocument/didOpen", &json!({"textDocument": document}));
        assert_eq!(client.pull(&uri(name)), Vec::<Value>::new(), "{name}");
        let document = json!({"textDocument": {"uri": uri(name)}});
        for method in ["documentSymbol", "foldingRange", "documentLink", "semanticTokens/full"] {
            let method = format!("textDocument/{method}");
            assert_eq!(client.request(&method, &document), Ok(Value::Null), "{name} {method}");
        }
        for method in ["hover", "completion", "signatureHelp"] {
            let method = format!("textDocument/{method}");
            let answer = client.request(&method, &Client::position_params(&uri(name), 1, 1));
            assert_eq!(answer, Ok(Value::Null), "{name} {method}");
        }
    }
    // They stay what they are when the configuration changes.
    std::fs::write(directory.path().join("dockwright.toml"), "fail-on = \"error\"\n").expect("written");
    client.notify("workspace/didChangeConfiguration", &json!({"settings": {}}));
    for (name, ..) in files {
        assert_eq!(client.pull(&uri(name)), Vec::<Value>::new(), "{name}");
    }
}

#[test]
fn a_template_has_only_a_note() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::new(&modern(), directory.path());
    // By its content, or by its name.
    for (name, text) in [
        ("Dockerfile", "FROM {{ a }}\nRUN cd /x\n"),
        ("Dockerfile.j2", "FROM {{ a }}\nRUN cd /x\n"),
        ("Dockerfile.in", "FROM @BASE@\nRUN cd /x\n"),
    ] {
        let uri = file_uri(&directory.path().join(name));
        client.open(&uri, text);
        assert_eq!(codes(&client.pull(&uri)), ["DW0011"], "{name}");
        let hover = client.request("textDocument/hover", &Client::position_params(&uri, 1, 1));
        assert_eq!(hover, Ok(Value::Null), "{name}");
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
        let hints = json!({"textDocument": {"uri": uri}, "range": range});
        assert_eq!(client.request("textDocument/inlayHint", &hints), Ok(json!([])), "{name}");
        let format = json!({"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": true}});
        assert_eq!(client.request("textDocument/formatting", &format), Ok(Value::Null), "{name}");
        let note = client.wait_for_notification("window/logMessage", |_| true);
        let expected = format!("`{uri}` not formatted: ");
        assert!(note["message"].as_str().is_some_and(|text| text.starts_with(&expected)), "{note}");
    }
    std::fs::write(directory.path().join("dockwright.toml"), "rules.ignore = [\"DW0011\"]\n")
        .expect("written");
    client.notify("workspace/didChangeConfiguration", &json!({"settings": {}}));
    let uri = file_uri(&directory.path().join("Dockerfile.j2"));
    assert_eq!(client.pull(&uri), Vec::<Value>::new());
}

#[test]
fn changes_to_extended_files_take_effect() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let write = |name: &str, text: &str| fs::write(path(name), text).expect("written");
    write("Dockerfile", "FROM a\n");
    write("shared.toml", "");
    write("dockwright.toml", "extend = \"shared.toml\"\n");
    let mut client = Client::new(&modern(), directory.path());
    let uri = file_uri(&path("Dockerfile"));
    client.open(&uri, "FROM a\nADD x /y\n");
    assert_eq!(codes(&client.pull(&uri)), ["DL3006", "DL3020"]);
    assert_eq!(client.asked, ["client/registerCapability"; 2]);
    let address = url::Url::from_file_path(path("shared.toml")).expect("absolute");
    let change = json!({"changes": [{"uri": address, "type": 2}]});
    for (text, expected) in [
        ("rules.ignore = [\"DL3006\"]\n", vec!["DL3020"]),
        // The previous configuration stays in effect.
        ("rules.ignore = 1\n", vec!["DL3020"]),
        ("rules.ignore = [\"DL3020\"]\n", vec!["DL3006"]),
    ] {
        write("shared.toml", text);
        client.notify("workspace/didChangeWatchedFiles", &change);
        assert_eq!(codes(&client.pull(&uri)), expected, "{text}");
    }
}
