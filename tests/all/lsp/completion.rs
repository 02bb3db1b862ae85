//! Completion and signature help over the protocol.

use serde_json::{Value, json};

use super::client::{Client, DOCUMENT, modern, opened, push_capabilities};

/// The labels and inserted texts at the `|` of a text.
fn completed(client: &mut Client, uri: &str, cursor: &str, version: i64) -> Vec<(String, String)> {
    let at = cursor.find('|').expect("a cursor");
    client.change(uri, version, &json!([{"text": cursor.replacen('|', "", 1)}]));
    let before = &cursor[..at];
    let line = u32::try_from(before.matches('\n').count()).expect("small");
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let character = u32::try_from(before[start..].chars().count()).expect("small");
    let list = client
        .request("textDocument/completion", &Client::position_params(uri, line, character))
        .expect("a list");
    let items = list["items"].as_array().expect("items");
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    items.iter().map(|item| (text(&item["label"]), text(&item["textEdit"]["newText"]))).collect()
}

#[test]
fn what_fits_is_suggested() {
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["src/main.rs", "setup.cfg", "secret.txt", ".hidden"] {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, "").expect("written");
    }
    std::fs::write(directory.path().join(".dockerignore"), "secret.txt\n").expect("written");
    let mut client = Client::new(&push_capabilities(), directory.path());
    let uri = url::Url::from_file_path(directory.path().join("Dockerfile")).expect("absolute").to_string();
    client.open(&uri, "");
    let stages = "FROM debian:12 AS base\nARG VERSION=1\nENV NAME=x\n";
    let cases: [(String, &[&str], &[&str]); 33] = [
        ("|".into(), &["FROM", "RUN", "COPY", "HEALTHCHECK"], &[]),
        ("FROM a\nWO|".into(), &["WORKDIR"], &["RUN"]),
        ("from a\nwo|".into(), &["workdir"], &["WORKDIR"]),
        ("FROM a\nONBUILD |".into(), &["RUN"], &["FROM", "ONBUILD"]),
        ("FROM pyth|".into(), &["python"], &["node"]),
        ("FROM python:|".into(), &["3.12-slim"], &["latest-of-nothing"]),
        ("FROM python:3.12-sl|".into(), &["3.12-slim"], &["3.12"]),
        (format!("{stages}FROM b|"), &["base", "busybox"], &["python"]),
        (format!("{stages}FROM |"), &["base", "busybox"], &[]),
        ("FROM a AS one\nFROM b AS two\nFROM |".into(), &["one", "two"], &[]),
        ("FROM a AS one\nFROM o| AS two".into(), &["one"], &["two"]),
        ("FROM debian:|".into(), &["12", "12-slim", "bookworm"], &[]),
        ("FROM alpine:3.2|".into(), &["3.20", "3.22"], &["3.19"]),
        ("FROM docker.io/library/pyth|".into(), &["python"], &["node"]),
        ("FROM a |".into(), &["AS"], &[]),
        ("ARG V=1\nFROM a:${|".into(), &["V"], &["NAME"]),
        (format!("{stages}RUN echo $|"), &["VERSION", "NAME", "PATH"], &[]),
        (format!("{stages}CMD echo $|"), &["NAME", "PATH"], &["VERSION"]),
        (format!("{stages}FROM c\nCOPY --|"), &["--from", "--chown", "--link"], &["--mount"]),
        (format!("{stages}FROM c\nCOPY --from=|"), &["base", "alpine"], &[]),
        ("FROM a\nCOPY s|".into(), &["src/", "setup.cfg"], &["secret.txt"]),
        ("FROM a\nCOPY src/|".into(), &["main.rs"], &["src/"]),
        ("FROM a\nRUN --mount=|".into(), &["type"], &["sharing"]),
        ("FROM a\nRUN --mount=type=|".into(), &["bind", "cache", "secret", "ssh", "tmpfs"], &[]),
        ("FROM a\nRUN --mount=type=cache,|".into(), &["target", "sharing"], &["type", "size"]),
        ("FROM a\nRUN --mount=type=cache,sharing=|".into(), &["locked", "private", "shared"], &[]),
        ("FROM a\nRUN --network=|".into(), &["none", "host"], &[]),
        ("FROM --platform=|".into(), &["$BUILDPLATFORM", "linux/arm64"], &[]),
        (format!("{stages}RUN apt-get install -y libcurl4-o|"), &["libcurl4-openssl-dev"], &["curl"]),
        (format!("{stages}RUN <<E\napt-get install \\\n  ripg|\nE\n"), &["ripgrep"], &[]),
        (format!("{stages}RUN apt-get remove ripg|"), &[], &["ripgrep"]),
        ("FROM a\n# dockwright ignore=DL3006,DL30|".into(), &["DL3007", "DL3008"], &["DL4000"]),
        ("FROM a\nSTOPSIGNAL |".into(), &["SIGTERM", "SIGQUIT"], &[]),
    ];
    for (version, (cursor, expected, unexpected)) in (2..).zip(cases) {
        let found = completed(&mut client, &uri, &cursor, version);
        let labels: Vec<&str> = found.iter().map(|(label, _)| label.as_str()).collect();
        for label in expected {
            assert!(labels.contains(label), "{cursor} {label} {labels:?}");
        }
        for label in unexpected {
            assert!(!labels.contains(label), "{cursor} {label}");
        }
    }
    for (version, (cursor, label, insert)) in (50..).zip([
        ("FROM a\nCOPY --fr|", "--from", "--from="),
        ("FROM a\nCOPY --li|", "--link", "--link"),
        ("FROM a\nWOR|", "WORKDIR", "WORKDIR "),
        ("# sy|", "syntax=docker/dockerfile:1", "syntax=docker/dockerfile:1"),
    ]) {
        let found = completed(&mut client, &uri, cursor, version);
        assert!(found.contains(&(label.to_string(), insert.to_string())), "{cursor} {found:?}");
    }
    assert_eq!(client.leave(), 0);
}

#[test]
fn the_typed_part_is_replaced() {
    let (mut client, _directory) = opened(&modern(), "FROM é AS b\nFROM a\nCOPY --from=b\n");
    let list =
        client.request("textDocument/completion", &Client::position_params(DOCUMENT, 2, 13)).expect("a list");
    let item = list["items"].as_array().expect("items").iter().find(|item| item["label"] == "b");
    assert_eq!(
        item.expect("the stage")["textEdit"],
        json!({
            "range": {"start": {"line": 2, "character": 12}, "end": {"line": 2, "character": 13}},
            "newText": "b",
        })
    );
}

#[test]
fn signatures_follow_the_cursor() {
    let (mut client, _directory) = opened(&modern(), "FROM a\nCOPY --chown=x a \nRUN x\n\n");
    let help = client
        .request("textDocument/signatureHelp", &Client::position_params(DOCUMENT, 1, 17))
        .expect("help");
    assert_eq!(help["signatures"][0]["label"], "COPY [OPTIONS] SOURCE… DESTINATION");
    assert_eq!(help["activeParameter"], 2);
    let help = client
        .request("textDocument/signatureHelp", &Client::position_params(DOCUMENT, 1, 13))
        .expect("help");
    assert_eq!(help["signatures"][0]["label"], "--chown=USER[:GROUP]");
    let nothing = client.request("textDocument/signatureHelp", &Client::position_params(DOCUMENT, 3, 0));
    assert_eq!(nothing, Ok(Value::Null));
}
