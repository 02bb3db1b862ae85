//! Diagnostics of the whole workspace: they equal those of `check` for files that are not open.

use std::fs;

use serde_json::{Value, json};

use super::client::{Client, modern};

fn uri(path: &std::path::Path) -> String {
    url::Url::from_file_path(path).expect("absolute").to_string()
}

/// URI, kind and codes of each report.
fn reports(answer: &Value) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let mut found: Vec<_> = answer["items"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| {
            let items = report["items"].as_array().cloned().unwrap_or_default();
            (
                text(&report["uri"]),
                text(&report["kind"]),
                items.iter().map(|item| text(&item["code"])).collect(),
            )
        })
        .collect();
    found.sort();
    found
}

#[test]
fn files_that_are_not_open_are_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    for (name, text) in [
        ("a/Dockerfile", "FROM a\n"),
        ("b/Dockerfile", "FROM b\n"),
        ("c/x.Dockerfile", "FROM c\nADD x /y\n"),
        ("c/dockwright.toml", "rules.ignore = [\"DL3006\"]\n"),
        ("d/Dockerfile", "FROM d\n"),
        ("d/dockwright.toml", "exclude = [\"Dockerfile\"]\n"),
        ("node_modules/x/Dockerfile", "FROM x\n"),
        ("text.txt", "FROM x\n"),
    ] {
        fs::create_dir_all(path(name).parent().expect("a directory")).expect("made");
        fs::write(path(name), text).expect("written");
    }
    let mut client = Client::without_handshake();
    let offered = client.initialize(&modern(), directory.path());
    assert_eq!(offered["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"], true);
    client.open(&uri(&path("b/Dockerfile")), "FROM b\n");
    let first = client.request("workspace/diagnostic", &json!({"previousResultIds": []})).expect("reports");
    let full = |name: &str, codes: &[&str]| {
        (uri(&path(name)), "full".to_string(), codes.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(reports(&first), [full("a/Dockerfile", &["DL3006"]), full("c/x.Dockerfile", &["DL3020"])]);

    // A second request gets a response only after a change.
    let previous: Vec<Value> = first["items"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| json!({"uri": report["uri"], "value": report["resultId"]}))
        .collect();
    let asked = client.send_request("workspace/diagnostic", &json!({"previousResultIds": previous}));
    fs::write(path("a/Dockerfile"), "FROM a:1\nADD x /y\n").expect("written");
    let change = json!({"changes": [{"uri": uri(&path("a/Dockerfile")), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", &change);
    let second = client.wait_for_response(&asked).expect("reports");
    let unchanged = (uri(&path("c/x.Dockerfile")), "unchanged".to_string(), Vec::new());
    assert_eq!(reports(&second), [full("a/Dockerfile", &["DL3020"]), unchanged]);

    // A deleted file has no diagnostics.
    fs::remove_file(path("a/Dockerfile")).expect("removed");
    let asked = client.send_request("workspace/diagnostic", &json!({"previousResultIds": previous}));
    client.notify("workspace/didChangeWatchedFiles", &change);
    let third = client.wait_for_response(&asked).expect("reports");
    assert!(reports(&third).contains(&full("a/Dockerfile", &[])), "{third}");
    assert_eq!(client.shut_down(), 0);
}
