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
    // Editors sort the items by `sortText`.
    let mut items = list["items"].as_array().expect("items").clone();
    items.sort_by_key(|item| item["sortText"].as_str().expect("a text").to_string());
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
    let cases: [(String, &[&str], &[&str]); 34] = [
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
        ("FROM node:2|".into(), &["20", "20-slim", "22", "24-alpine"], &["27", "18"]),
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
    assert_eq!(client.shut_down(), 0);
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

/// The labels at the `|` of a text, in the order in which editors show them.
fn labels(client: &mut Client, uri: &str, cursor: &str, version: i64) -> Vec<String> {
    completed(client, uri, cursor, version).into_iter().map(|(label, _)| label).collect()
}

#[test]
fn values_come_from_the_file_its_base_image_and_tables() {
    let directory = tempfile::tempdir().expect("a directory");
    let configuration = "[rules]\nlabel-schema = { team = \"text\" }\n";
    std::fs::write(directory.path().join("dockwright.toml"), configuration).expect("written");
    let mut client = Client::new(&push_capabilities(), directory.path());
    let uri = url::Url::from_file_path(directory.path().join("Dockerfile")).expect("absolute").to_string();
    client.open(&uri, "");
    let installed = "FROM debian:12\nRUN apt-get install -y ";
    let user = "FROM node:20-slim\nRUN useradd -r app\n";
    // The first labels of each list, and the number of labels.
    let cases: [(String, &[&str], Option<usize>); 34] = [
        (format!("{installed}|"), &["ca-certificates", "curl", "wget", "git"], None),
        (format!("{installed}\\\n  git \\\n  |"), &["ca-certificates", "curl"], None),
        (format!("{installed}cur|"), &["curl", "cura"], None),
        (format!("{installed}curl=|"), &["7.88.1-10+deb12u15"], Some(1)),
        (format!("{installed}nosuchpackage=|"), &[], Some(0)),
        ("FROM debian:12\nENV PORT=3000 NAME=x\nEXPOSE |".into(), &["$PORT", "8080", "80", "443"], None),
        ("FROM a\nENV DEBUG=1 HTTP_PORT=80\nEXPOSE |".into(), &["$HTTP_PORT", "8080"], None),
        ("FROM a\nLABEL a=\"b |".into(), &[], Some(0)),
        (
            "FROM a\nLABEL a=\"b c\" org.opencontainers.image.so|".into(),
            &["org.opencontainers.image.source"],
            Some(1),
        ),
        ("FROM a\nENV VERSION=1\nRUN <<E\necho $V|\nE\n".into(), &["VERSION"], Some(1)),
        ("FROM a\nENV VERSION=1\nCOPY <<E /x\n${V|\nE\n".into(), &["VERSION"], Some(1)),
        ("FROM a\nENV VERSION=1\nCOPY <<'E' /x\n$V|\nE\n".into(), &[], Some(0)),
        ("FROM a\n# shell|\nRUN x\n".into(), &[], Some(0)),
        ("FROM a\nRUN <<E\n# shell|\nx\nE\n".into(), &["shellcheck disable="], Some(1)),
        ("FROM nginx:1.27\nEXPOSE |".into(), &["80", "8080", "443"], None),
        ("FROM a\nEXPOSE 80/|".into(), &["tcp", "udp", "sctp"], Some(3)),
        ("FROM a\nEXPOSE 54|".into(), &["5432"], Some(1)),
        ("FROM a\nLABEL |".into(), &["team", "org.opencontainers.image.title"], Some(15)),
        (
            "FROM a\nLABEL a=b org.opencontainers.image.so|".into(),
            &["org.opencontainers.image.source"],
            Some(1),
        ),
        ("FROM a\nLABEL team=|".into(), &[], Some(0)),
        (format!("{user}USER |"), &["app", "nobody", "node", "www-data", "root"], Some(5)),
        (format!("{user}COPY --chown=|"), &["app", "nobody", "node", "www-data", "root"], Some(5)),
        ("FROM a\nUSER r|".into(), &["root"], Some(1)),
        ("FROM scratch\nUSER r|".into(), &[], Some(0)),
        ("FROM a\nHEALTHCHECK --interval=|".into(), &["30s", "10s"], Some(5)),
        ("FROM a\nCOPY --chmod=|".into(), &["755", "644"], Some(6)),
        ("FROM a AS one\nFROM b\nRUN --mount=type=bind,from=|".into(), &["one", "python"], None),
        (format!("{user}COPY --chown=app:n|"), &["nobody", "node"], Some(2)),
        (
            "FROM a\nRUN --mount=type=cache,target=/root/.n|".into(),
            &["/root/.npm", "/root/.nuget/packages"],
            Some(2),
        ),
        ("# check=|".into(), &["check=skip=", "check=error=true"], Some(2)),
        ("# check=error=|".into(), &["check=error=true"], Some(1)),
        ("# check=skip=all;|".into(), &["error=true"], Some(1)),
        (
            "# check=error=true;skip=From|".into(),
            &["FromAsCasing", "FromPlatformFlagConstDisallowed"],
            Some(2),
        ),
        ("FROM a\n# dockwright p|".into(), &["dockwright pin=off"], Some(1)),
    ];
    for (version, (cursor, first, number)) in (2..).zip(cases) {
        let found = labels(&mut client, &uri, &cursor, version);
        let start = found.get(..first.len()).unwrap_or(&found);
        assert_eq!(start, first, "{cursor}");
        assert!(number.is_none_or(|number| number == found.len()), "{cursor} {found:?}");
    }
    for (version, (cursor, first)) in (80..).zip([
        ("FROM |", &["python", "node"][..]),
        ("FROM n|", &["node", "nginx"]),
        ("FROM x AS n\nFROM n|", &["n", "node"]),
        ("FROM a|", &["alpine"]),
        ("FROM mcr|", &["mcr.microsoft.com/dotnet/aspnet"]),
    ]) {
        let found = labels(&mut client, &uri, cursor, version);
        assert_eq!(found.get(..first.len()).unwrap_or(&found), first, "{cursor}");
    }
    let found = completed(&mut client, &uri, "FROM a\nLABEL te|", 90);
    assert_eq!(found, [("team".to_string(), "team=".to_string())]);
}

#[test]
fn codes_that_the_instruction_has_come_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::new(&push_capabilities(), directory.path());
    let uri = url::Url::from_file_path(directory.path().join("Dockerfile")).expect("absolute").to_string();
    client.open(&uri, "");
    let run = "RUN apt-get update && apt-get install -y curl\n";
    for (version, (cursor, expected)) in (2..).zip([
        (
            format!("FROM debian:12\nADD a.py /\n# dockwright ignore=|\n{run}"),
            &["DL3008", "DL3009", "DL3015", "DL3020"][..],
        ),
        (format!("FROM debian:12\n# dockwright ignore=DL3009,|\n{run}"), &["DL3008", "DL3015"]),
        // A build error cannot be ignored, but a missing build argument can.
        ("FROM debian:12\n# dockwright ignore=DL1|\nRUNN x\n".to_string(), &["DL1001"]),
        ("# dockwright ignore=DL1|\nARG A=\"${A:?name}\"\nFROM $A\n".to_string(), &["DL1000", "DL1001"]),
    ]) {
        let found = labels(&mut client, &uri, &cursor, version);
        assert_eq!(found.get(..expected.len()).unwrap_or(&found), expected, "{cursor}");
    }
}

#[test]
fn paths_are_those_of_the_context_that_compose_names() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        (
            "compose.yaml",
            "services:\n  web:\n    build: {context: web, dockerfile: ../deploy/Dockerfile, additional_contexts: {shared: ./lib}}\n",
        ),
        ("web/app.js", ""),
        ("web/two words.js", ""),
        ("web/secret.txt", ""),
        ("web/.dockerignore", "secret.txt\n"),
        ("deploy/values.txt", ""),
        ("app.js", ""),
    ] {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let uri =
        |name: &str| url::Url::from_file_path(directory.path().join(name)).expect("absolute").to_string();
    let dockerfile = uri("deploy/Dockerfile");
    let mut client = Client::new(&push_capabilities(), directory.path());
    client.open(&dockerfile, "");
    assert_eq!(labels(&mut client, &dockerfile, "FROM a\nCOPY |", 2), ["app.js"]);
    // Only a string in a JSON list can contain a space.
    let in_json = labels(&mut client, &dockerfile, "FROM a\nCOPY [\"|", 3);
    assert_eq!(in_json, ["app.js", "two words.js"]);
    // The names of additional contexts follow the stages.
    for (version, before) in (4..).zip(["FROM ", "COPY --from=", "RUN --mount=type=bind,from="]) {
        let found = labels(&mut client, &dockerfile, &format!("FROM a AS sta\nFROM b\n{before}s|"), version);
        assert_eq!(found.get(..2), Some(&["sta".to_string(), "shared".to_string()][..]), "{before}");
    }
    client.change(&dockerfile, 8, &json!([{"text": "FROM a\nCOPY --from=shared x /\n"}]));
    let hover = client.request("textDocument/hover", &Client::position_params(&dockerfile, 1, 14));
    let value = hover.expect("an answer")["contents"]["value"].to_string();
    assert!(value.contains("`shared` is an additional build context of a Compose or Bake file"), "{value}");
    client.change(&dockerfile, 9, &json!([{"text": "FROM a\nCOPY app.js values.txt /\n"}]));
    let params = json!({"textDocument": {"uri": dockerfile}});
    let links = client.request("textDocument/documentLink", &params).expect("links");
    let targets: Vec<&Value> = links.as_array().expect("a list").iter().map(|link| &link["target"]).collect();
    assert_eq!(targets, [&json!(uri("web/app.js"))]);
}

/// Diagnostics and costs use the same context as paths and links.
#[test]
fn problems_and_costs_are_those_of_the_context_that_compose_names() {
    let directory = tempfile::tempdir().expect("a directory");
    let text = "FROM debian:12-slim\nCOPY app.js secret.txt nowhere.txt /srv/\nUSER 1000\n";
    let compose = "services:\n  web:\n    build: {context: web, dockerfile: ../deploy/Dockerfile}\n";
    let big = "x".repeat(3_000_000);
    for (name, text) in [
        ("compose.yaml", compose),
        ("web/app.js", &big),
        ("web/secret.txt", ""),
        ("web/.dockerignore", "secret.txt\n"),
        ("deploy/Dockerfile", text),
    ] {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let of_program = |arguments: &[&str]| -> Value {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockwright"));
        let output =
            command.args(arguments).current_dir(directory.path()).output().expect("the program runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let report = of_program(&["check", "--format", "json", "compose.yaml"]);
    let messages = |found: &Value, key: &str| -> Vec<String> {
        let found = found.as_array().expect("a list").iter();
        found.map(|one| one[key].as_str().unwrap_or_default().to_string()).collect()
    };
    let expected = messages(&report["diagnostics"], "code");
    assert!(expected.len() > 1, "{report}");
    let uri =
        url::Url::from_file_path(directory.path().join("deploy/Dockerfile")).expect("absolute").to_string();
    let mut client = Client::new(&push_capabilities(), directory.path());
    client.open(&uri, text);
    let found = Value::Array(client.pushed_diagnostics(&uri, 1));
    assert_eq!(messages(&found, "code"), expected);
    // Without the Compose file, nothing is known about the sources.
    std::fs::remove_file(directory.path().join("compose.yaml")).expect("removed");
    let without = messages(&of_program(&["check", "--format", "json", "deploy"])["diagnostics"], "code");
    assert_ne!(without, expected);
    std::fs::write(directory.path().join("compose.yaml"), compose).expect("written");
    let hover =
        client.request("textDocument/hover", &Client::position_params(&uri, 1, 1)).expect("an answer");
    let value = hover["contents"]["value"].as_str().expect("a text");
    assert!(
        value.contains("**Cost** adds at least 3.0 MB") || value.contains("**Cost** adds 3.0 MB"),
        "{value}"
    );
    let params = json!({"command": "dockwright.cost", "arguments": [{"uri": uri}]});
    let report = client.request("workspace/executeCommand", &params).expect("a report");
    assert!(report.as_str().is_some_and(|text| text.contains("3.0 MB")), "{report}");
    // A changed Compose file has an effect at once.
    std::fs::remove_file(directory.path().join("compose.yaml")).expect("removed");
    let changed = url::Url::from_file_path(directory.path().join("compose.yaml")).expect("absolute");
    client.notify("workspace/didChangeWatchedFiles", &json!({"changes": [{"uri": changed, "type": 3}]}));
    client.change(&uri, 2, &json!([{"text": text}]));
    let found = Value::Array(client.pushed_diagnostics(&uri, 2));
    assert_eq!(messages(&found, "code"), without);
}
