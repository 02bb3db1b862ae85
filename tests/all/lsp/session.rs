//! A whole session: open, diagnostics, hover, fix, ignore, navigation, save, close, shutdown.

use serde_json::{Value, json};

use super::client::{Client, DOCUMENT as URI, modern, opened, push_capabilities};

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|diagnostic| diagnostic["code"].as_str()).collect()
}

/// The text after the edits of an action, whose positions count bytes.
fn applied(text: &str, action: &Value) -> String {
    let edits = action["edit"]["documentChanges"][0]["edits"].as_array().expect("versioned edits");
    let offset = |position: &Value| {
        let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
        text.split_inclusive('\n').take(number("line")).map(str::len).sum::<usize>() + number("character")
    };
    let mut text_now = text.to_string();
    for edit in edits.iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        text_now.replace_range(range, edit["newText"].as_str().expect("a text"));
    }
    text_now
}

#[test]
fn reports_and_fixes_typed_mistake() {
    let text = "FROM alpine:3.20\nCOPY a.sh /srv/\n";
    let (mut client, _directory) = opened(&push_capabilities(), text);
    assert_eq!(codes(&client.pushed_diagnostics(URI, 1)), Vec::<&str>::new());

    let range = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}});
    client.change(URI, 2, &json!([{"range": range, "text": "ADD"}]));
    let found = client.pushed_diagnostics(URI, 2);
    assert_eq!(codes(&found), ["DL3020"]);
    let range = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}});
    assert_eq!(found[0]["range"], range);
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["source"], "dockwright");

    let actions = client.actions(URI, (1, 1), &[]);
    let fix = &actions[0];
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(fix["diagnostics"][0]["code"], "DL3020");
    let edits = &fix["edit"]["changes"][URI];
    assert_eq!(edits, &json!([{"range": range, "newText": "COPY"}]));

    client.change(URI, 3, &json!([{"range": edits[0]["range"], "text": edits[0]["newText"]}]));
    assert!(client.pushed_diagnostics(URI, 3).is_empty());

    client.notify("textDocument/didSave", &json!({"textDocument": {"uri": URI}, "text": text}));
    client.notify("textDocument/didClose", &json!({"textDocument": {"uri": URI}}));
    let last = client
        .wait_for_notification("textDocument/publishDiagnostics", |params| params.get("version").is_none());
    assert_eq!(last["diagnostics"], json!([]));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn serves_pull_diagnostics_over_pipes() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::process();
    let offered = client.initialize(&modern(), directory.path());
    assert_eq!(offered["capabilities"]["positionEncoding"], "utf-8");
    assert_eq!(offered["capabilities"]["diagnosticProvider"]["identifier"], "dockwright");
    client.open(URI, "FROM alpine\n");
    assert_eq!(codes(&client.pull(URI)), ["DL3006"]);
    let document = json!({"textDocument": {"uri": URI}, "previousResultId": "1"});
    let report = client.request("textDocument/diagnostic", &document).expect("a report");
    assert_eq!(report, json!({"kind": "unchanged", "resultId": "1"}));
    client.change(URI, 2, &json!([{"text": "FROM alpine:3.20\n"}]));
    assert_eq!(client.pull(URI), Vec::<Value>::new());
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn each_fix_comes_in_its_class() {
    let text = "FROM debian:12\nMAINTAINER a@example.org\nRUN wget https://example.org/x\nCMD x\nCMD y\n";
    let (mut client, _directory) = opened(&modern(), text);
    // The message of a problem also names the class, in the form for editors.
    let messages: Vec<String> =
        client.pull(URI).iter().filter_map(|found| Some(found["message"].as_str()?.to_string())).collect();
    for part in ["\nhelp: ", "\nquick fix: ", "\nquick fix (unsafe, mid): ", "\nquick fix (suggestion): "] {
        assert!(messages.iter().any(|message| message.contains(part)), "{part} {messages:?}");
    }
    assert!(messages.iter().all(|message| !message.contains("--fix") && !message.contains("`dockwright ")));
    let actions = client.actions(URI, (0, 5), &["quickfix"]);
    for action in &actions {
        let title = action["title"].as_str().expect("a title");
        let is_ignore = title.starts_with("Ignore ");
        let is_safe = action["isPreferred"] == true;
        let says_class = title.contains("(unsafe") || title.contains("(suggestion");
        assert!(is_ignore || is_safe != says_class, "{title}");
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    }
    assert!(actions.iter().any(|action| action["isPreferred"] == true), "{actions:?}");
    assert!(actions.iter().any(|action| action["title"].as_str().expect("a title").contains("(unsafe")));
}

#[test]
fn fix_all_matches_check() {
    let text = "FROM debian:12\nMAINTAINER a@example.org\nADD a b c /d/\nRUN cd /x\n\nADD e /f\n";
    let (mut client, directory) = opened(&modern(), text);
    for only in [&["source.fixAll"][..], &["source.fixAll.dockwright"], &["source"]] {
        let actions = client.actions(URI, (0, 0), only);
        let [action] = actions.as_slice() else { panic!("{actions:?}") };
        assert_eq!(action["kind"], "source.fixAll.dockwright");
        let path = directory.path().join("Dockerfile");
        std::fs::write(&path, text).expect("written");
        std::process::Command::new(env!("CARGO_BIN_EXE_dockwright"))
            .args(["check", "--fix", "--exit-zero", "--quiet"])
            .arg(&path)
            .output()
            .expect("the program runs");
        assert_eq!(applied(text, action), std::fs::read_to_string(&path).expect("readable"));
    }
    assert_eq!(client.actions(URI, (0, 0), &["refactor"]), Vec::<Value>::new());
}

#[test]
fn fix_all_applies_the_configured_level() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("dockwright.toml"), "[fix]\nunsafe = \"low\"\n").expect("written");
    let uri = url::Url::from_file_path(directory.path().join("Dockerfile")).expect("absolute").to_string();
    let text =
        "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nADD a /b\n";
    let mut client = Client::new(&modern(), directory.path());
    client.open(&uri, text);
    let actions = client.actions(&uri, (0, 0), &["source.fixAll"]);
    let [action] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(action["title"], "Apply all safe and unsafe fixes in this file");
    let fixed = applied(text, action);
    assert!(fixed.contains("rm -rf /var/lib/apt/lists") && fixed.contains("COPY a /b"), "{fixed}");
}

#[test]
fn actions_for_the_problems_that_the_client_names() {
    let (mut client, _directory) = opened(&modern(), "FROM debian:latest\n");
    let found = client.pull(URI);
    let problem = found.iter().find(|one| one["code"] == "DL3007").expect("it is reported");
    let start = json!({"line": 0, "character": 0});
    let mut count = |diagnostics: Value| {
        let params = json!({
            "textDocument": {"uri": URI},
            "range": {"start": start, "end": start},
            "context": {"diagnostics": diagnostics},
        });
        let actions = client.request("textDocument/codeAction", &params).expect("actions");
        let titles = actions.as_array().expect("a list").iter().map(|action| action["title"].to_string());
        titles.filter(|title| title.contains("DL3007")).count()
    };
    assert_eq!(count(json!([])), 0, "the cursor is before the problem");
    assert_eq!(count(json!([problem])), 1);
}

#[test]
fn files_next_to_dockerfiles_are_not_checked() {
    for (name, is_checked) in [("Dockerfile.dockerignore", false), ("Dockerfile.dev", true)] {
        let (mut client, _directory) = opened(&modern(), "FROM debian:12\n");
        let uri = format!("file:///w/{name}");
        client.open(&uri, "node_modules\n");
        assert_eq!(!client.pull(&uri).is_empty(), is_checked, "{name}");
    }
}

#[test]
fn ignore_comment_hides_problem() {
    let text = "FROM debian:12\n  ADD a /b\n";
    let (mut client, _directory) = opened(&modern(), text);
    let actions = client.actions(URI, (1, 2), &["quickfix"]);
    let ignore =
        actions.iter().find(|it| it["title"] == "Ignore DL3020 for this instruction").expect("it is offered");
    let new = applied(text, ignore);
    assert_eq!(new, "FROM debian:12\n  # dockwright ignore=DL3020 TODO: reason\n  ADD a /b\n");
    client.change(URI, 2, &json!([{"text": new}]));
    assert_eq!(client.pull(URI), Vec::<Value>::new());
}

#[test]
fn asks_for_reason_with_snippets() {
    let mut capabilities = modern();
    capabilities["workspace"]["workspaceEdit"]["snippetEditSupport"] = json!(true);
    let (mut client, _directory) = opened(&capabilities, "FROM debian:12\nADD a /b\n");
    let actions = client.actions(URI, (1, 2), &["quickfix"]);
    let ignore =
        actions.iter().find(|it| it["title"] == "Ignore DL3020 for this instruction").expect("it is offered");
    let edit = &ignore["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        edit["snippet"],
        json!({"kind": "snippet", "value": "# dockwright ignore=DL3020 ${1:TODO: reason}\n"})
    );
}

#[test]
fn hovers_show_the_page_and_the_state() {
    let text = "FROM debian:12 AS base\nUSER app\n# hadolint ignore=DL3021\nADD a /b\nRUN true\n";
    let (mut client, _directory) = opened(&modern(), text);
    for (line, character, expected) in [
        (3, 1, &["**User** `app`", "\n---\n\n# DL3020 "][..]),
        (4, 6, &["`RUN`", "**Cost** ", "**Rebuilt** when ", "**Stage** `base`, 1 of 1"]),
        (2, 20, &["# DL3021 "]),
    ] {
        let hover = client
            .request("textDocument/hover", &Client::position_params(URI, line, character))
            .expect("a hover");
        assert_eq!(hover["contents"]["kind"], "markdown");
        let value = hover["contents"]["value"].as_str().expect("text");
        let mut rest = value;
        for part in expected {
            let (_, after) = rest.split_once(part).unwrap_or_else(|| panic!("{value} {part}"));
            rest = after;
        }
    }
    let nothing =
        client.request("textDocument/hover", &Client::position_params(URI, 9, 0)).expect("an answer");
    assert_eq!(nothing, Value::Null);
}

#[test]
fn names_lead_to_their_definitions() {
    let text = "FROM a:1 AS base\nFROM b:1\nCOPY --from=base x /\n";
    let (mut client, _directory) = opened(&modern(), text);
    let found =
        client.request("textDocument/definition", &Client::position_params(URI, 2, 13)).expect("a place");
    let range = json!({"start": {"line": 0, "character": 12}, "end": {"line": 0, "character": 16}});
    assert_eq!(found, json!({"uri": URI, "range": range}));
    let nothing =
        client.request("textDocument/definition", &Client::position_params(URI, 2, 18)).expect("an answer");
    assert_eq!(nothing, Value::Null);
}

#[test]
fn outline_lists_stages_and_instructions() {
    let text = "ARG V=1\nFROM a:$V AS base\nRUN echo one \\\n  two\nFROM base\nCOPY x /\n";
    let document = json!({"textDocument": {"uri": URI}});
    let (mut client, _directory) = opened(&modern(), text);
    let symbols = client.request("textDocument/documentSymbol", &document).expect("symbols");
    let names = |symbols: &Value| -> Vec<String> {
        let symbols = symbols.as_array().cloned().unwrap_or_default();
        symbols.iter().map(|symbol| symbol["name"].as_str().expect("a name").to_string()).collect()
    };
    assert_eq!(names(&symbols), ["ARG V=1", "base", "Stage 2 of 2"]);
    assert_eq!(names(&symbols[1]["children"]), ["FROM a:$V AS base", "RUN echo one two"]);
    assert_eq!(symbols[2]["detail"], "FROM base");

    let (mut client, _directory) = opened(&push_capabilities(), text);
    let symbols = client.request("textDocument/documentSymbol", &document).expect("symbols");
    assert_eq!(names(&symbols).len(), 7);
    assert_eq!(symbols[3]["containerName"], "base");
}
