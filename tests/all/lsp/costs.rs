//! Inlay hints and costs in hovers come from `optimize`.

use serde_json::{Value, json};

use super::client::{Client, DOCUMENT, modern, opened};

const TEXT: &str =
    "FROM python:3.12-slim\nRUN apt-get update && \\\n  apt-get install -y git\nENV A=1\nCOPY . /app\n";

fn hints(client: &mut Client, lines: (u32, u32)) -> Vec<Value> {
    let range = json!({
        "start": {"line": lines.0, "character": 0},
        "end": {"line": lines.1, "character": 0},
    });
    let params = json!({"textDocument": {"uri": DOCUMENT}, "range": range});
    let hints = client.request("textDocument/inlayHint", &params).expect("hints");
    hints.as_array().expect("a list").clone()
}

#[test]
fn layers_have_their_size_and_what_rebuilds_them() {
    let (mut client, _directory) = opened(&modern(), TEXT);
    let found = hints(&mut client, (0, 9));
    let shown: Vec<(u64, u64, &str)> = found
        .iter()
        .map(|hint| {
            let at = |key: &str| hint["position"][key].as_u64().expect("a number");
            (at("line"), at("character"), hint["label"].as_str().expect("a text"))
        })
        .collect();
    let [(0, 21, base), (1, 23, run), (4, 11, copy)] = shown.as_slice() else { panic!("{shown:?}") };
    assert!(base.ends_with(" MB"), "{base}");
    assert!(run.contains(" MB, rebuilt: "), "{run}");
    assert_eq!(*copy, "size unknown, rebuilt: source change");
    let tooltip = found[1]["tooltip"].as_str().expect("a text");
    assert!(tooltip.starts_with("adds ") && tooltip.contains(" in a full build"), "{tooltip}");
    assert_eq!(hints(&mut client, (3, 3)), Vec::<Value>::new());
    // The sizes are those of the report.
    let path = tempfile::tempdir().expect("a directory").keep().join("Dockerfile");
    std::fs::write(&path, TEXT).expect("written");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dockwright"))
        .args(["optimize", "--no-context", "--format", "json"])
        .arg(&path)
        .output()
        .expect("the program runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let step = &report["files"][0]["steps"][0];
    assert_eq!((&step["line"], &step["volatility"]), (&json!(2), &json!("base")));
    let megabytes = step["adds"]["total"].as_f64().expect("a number") / 1e6;
    assert_eq!(*run, format!("~{megabytes:.0} MB, rebuilt: new base image"));
}

#[test]
fn a_layer_has_the_same_size_in_every_stage() {
    let run = "RUN apt-get update && apt-get install -y curl\n";
    let text = format!("FROM debian:12 AS build\n{run}FROM debian:12\n{run}COPY --from=build /a /b\n");
    let (mut client, _directory) = opened(&modern(), &text);
    let labels: Vec<Value> = hints(&mut client, (0, 9)).iter().map(|hint| hint["label"].clone()).collect();
    assert_eq!((&labels[0], &labels[1]), (&labels[2], &labels[3]), "{labels:?}");
    // The package lists are a part of it.
    let clean = text.replace("curl\n", "curl && rm -rf /var/lib/apt/lists/*\n");
    client.change(DOCUMENT, 2, &json!([{"text": clean}]));
    let clean: Vec<Value> = hints(&mut client, (0, 9)).iter().map(|hint| hint["label"].clone()).collect();
    assert_eq!(clean[1], clean[3], "{clean:?}");
    assert_ne!(clean[1], labels[1], "{clean:?}");
}

#[test]
fn hovers_say_what_an_instruction_costs() {
    let (mut client, _directory) = opened(&modern(), TEXT);
    let mut hover = |line, character| {
        let hover = client.request("textDocument/hover", &Client::position_params(DOCUMENT, line, character));
        hover.expect("an answer")["contents"]["value"].as_str().unwrap_or_default().to_string()
    };
    let run = hover(1, 1);
    assert!(run.contains("**Cost** adds ") && run.contains("**Rebuilt** when "), "{run}");
    let from = hover(0, 6);
    assert!(from.contains("**Cost** ") && from.contains(" MB on disk\n"), "{from}");
    let copy = hover(4, 1);
    assert!(copy.starts_with("Copies files from the build context"), "{copy}");
    assert!(copy.contains("COPY [OPTIONS] SOURCE… DESTINATION"), "{copy}");
}

#[test]
fn hovers_explain_flags_and_variables() {
    let text = "# syntax=docker/dockerfile:1\nARG V=3.20\nFROM alpine:$V AS b\nENV W=$V\nCOPY --link x /$W\n\
                FROM b\nARG V\nARG U=1\nCOPY --from=b /a /$V$V\n";
    let (mut client, _directory) = opened(&modern(), text);
    for (line, character, expected) in [
        (0, 4, "`# syntax=IMAGE`\n\nThe frontend image that parses this Dockerfile"),
        (1, 4, "`V` = `3.20` by default, used on lines 3 and 9"),
        (3, 8, "`V` is not set here, so it is empty"),
        (3, 4, "`W` = empty, used on line 5"),
        (8, 22, "`V` = `3.20` by default, set on line 2, declared on line 7"),
        (7, 4, "`U` = `1` by default, not used in this file"),
        (2, 19, "- **Stage** `b`, 1 of 2, from `alpine:$V`; part of the image\n- **Used** on lines 6 and 9"),
        (8, 12, "- **Stage** `b`, 1 of 2, from `alpine:$V`; part of the image\n- **Used** on lines 6 and 9"),
        (2, 13, "`V` = `3.20` by default, set on line 2"),
        (4, 7, "`--link`\n\nCopies into an independent layer"),
        (4, 16, "`W` = empty, set on line 4"),
    ] {
        let hover = client.request("textDocument/hover", &Client::position_params(DOCUMENT, line, character));
        let hover = hover.expect("an answer");
        let value = hover["contents"]["value"].as_str().expect("a text");
        assert!(value.contains(expected), "{value}");
    }
}

#[test]
fn hovers_on_variables_name_the_source_of_the_value() {
    let text = "ARG PORT=3000\nFROM node:20\nARG PORT\nENV PORT=$PORT HOME_OF=${HOMES:-/srv} N=$NODE_ENV\n\
                ENV PORT=${PORT}1 P=$PATH\nRUN echo $PORT $UNSET\nFROM example.org/x\nENV A=$B\n";
    let (mut client, _directory) = opened(&modern(), text);
    for (line, character, expected) in [
        (3, 5, "`PORT` = `3000` by default, from `PORT` (line 3), used on lines 5 and 6"),
        (3, 10, "`PORT` = `3000` by default, set on line 1, declared on line 3"),
        (3, 27, "`HOMES` is not set here, so the text in the braces decides"),
        (3, 42, "`NODE_ENV` is not set here, so it is empty"),
        (4, 5, "`PORT` = `30001` by default, from `PORT` (line 4), used on line"),
        (4, 11, "`PORT` = `3000` by default, set on line 4"),
        (4, 22, "`PATH` is set by the base image; its value is unknown"),
        (5, 11, "`PORT` = `30001` by default, set on line 5"),
        (7, 7, "`B` is not set in this file; if the base image does not set it, it is empty"),
    ] {
        let hover = client.request("textDocument/hover", &Client::position_params(DOCUMENT, line, character));
        let hover = hover.expect("an answer");
        let value = hover["contents"]["value"].as_str().expect("a text");
        assert!(value.contains(expected), "{line} {character}: {value}");
    }
}

#[test]
fn hovers_on_variables_of_a_run_name_what_sets_them() {
    let text = "FROM node:20\nRUN for f in a b; do echo $f; done && \\\n  V=1; echo \"$V$UNSET\" ${E:-x}\n\
                RUN --mount=type=secret,id=t,env=TOKEN curl -H \"$TOKEN\"\n\
                RUN . /etc/os-release && echo $ID\nCMD echo $LATER\nFROM example.org/x\nRUN echo $B\n";
    let (mut client, _directory) = opened(&modern(), text);
    let mut hover_on = |line: u32, variable: &str| {
        let written = text.lines().nth(line as usize).expect("a line");
        let dollar = u32::try_from(written.find(variable).expect("the variable")).expect("small");
        let position = Client::position_params(DOCUMENT, line, dollar + 1);
        let hover = client.request("textDocument/hover", &position).expect("an answer");
        hover["contents"]["value"].as_str().unwrap_or_default().to_string()
    };
    for (line, variable, expected) in [
        (1, "$f", "`f` is set by this `RUN` on line 2"),
        (2, "$V", "`V` is set by this `RUN` on line 3"),
        (2, "$UNSET", "`UNSET` is not set in this stage; if the shell does not set it, it is empty"),
        (
            2,
            "{E",
            "`E` is not set in this stage; if the shell does not set it, the text in the braces decides",
        ),
        (3, "$TOKEN", "`TOKEN` is set to a secret by `--mount`"),
        (7, "$B", "`B` is not set in this file; if the base image or the shell does not set it, it is empty"),
    ] {
        let value = hover_on(line, variable);
        assert!(value.contains(expected), "{line} {variable}: {value}");
    }
    // A script or the container may set these.
    for (line, variable, name) in [(4, "$ID", "`ID`"), (5, "$LATER", "`LATER`")] {
        assert!(!hover_on(line, variable).contains(name), "{variable}");
    }
}

#[test]
fn hovers_name_values_only_where_variables_are_expanded() {
    let text = "FROM debian:12\nARG A=1\nENV D=2\nCMD [\"echo\", \"$D\"]\nSHELL [\"/bin/sh\", \"-c\", \"$D\"]\n\
                RUN echo '$D' \"${D}\" $HOME\nCOPY <<\"E\" /x\n$D\nE\nCOPY <<F /x\n$D\nF\nCMD echo $A $D\n";
    let (mut client, _directory) = opened(&modern(), text);
    for (line, variable, expected) in [
        (3, "$D", None),
        (4, "$D", None),
        (5, "$D", None),
        (7, "$D", None),
        (5, "{D}", Some("`D` = `2`, set on line 3")),
        (5, "$HOME", Some("`HOME` is the home directory of the user; BuildKit sets it for `RUN`")),
        (10, "$D", Some("`D` = `2`, set on line 3")),
        (12, "$A", Some("`A` is a build argument, so it is not set when a container runs")),
        (12, "$D", Some("`D` = `2`, set on line 3")),
    ] {
        let written = text.lines().nth(line).expect("a line");
        let dollar = u32::try_from(written.find(variable).expect("the variable")).expect("small");
        let line = u32::try_from(line).expect("small");
        let hover =
            client.request("textDocument/hover", &Client::position_params(DOCUMENT, line, dollar + 1));
        let hover = hover.expect("an answer");
        let value = hover["contents"]["value"].as_str().unwrap_or_default();
        match expected {
            Some(expected) => assert!(value.contains(expected), "{line} {variable}: {value}"),
            None => assert!(!value.contains("`D` ="), "{line} {variable}: {value}"),
        }
        if variable == "{D}" {
            assert_eq!(hover["range"]["end"]["character"], json!(dollar + 3), "with the closing brace");
        }
    }
}

#[test]
fn each_stage_has_a_lens_with_its_cost() {
    let text = "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /app\nFROM debian:12-slim AS unused\n\
                FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n\
                COPY --from=build /app /app\n";
    let (mut capabilities, document) = (modern(), json!({"textDocument": {"uri": DOCUMENT}}));
    capabilities["textDocument"]["codeLens"] = json!({});
    let (mut client, _directory) = opened(&capabilities, text);
    let lenses = client.request("textDocument/codeLens", &document).expect("lenses");
    let titles: Vec<(u64, &str)> = lenses
        .as_array()
        .expect("a list")
        .iter()
        .map(|lens| {
            assert_eq!(lens["command"]["command"], "dockwright.cost");
            assert_eq!(lens["command"]["arguments"], json!([{"uri": DOCUMENT}]));
            let line = lens["range"]["start"]["line"].as_u64().expect("a line");
            (line, lens["command"]["title"].as_str().expect("a title"))
        })
        .collect();
    let [(0, build), (3, "not needed for the target"), (4, last)] = titles.as_slice() else {
        panic!("{titles:?}")
    };
    assert!(build.contains("rebuilt in ~") && build.ends_with(" after a source change"), "{build}");
    assert!(last.starts_with("at least ") && last.contains(" MB, built in ~"), "{last}");
    // Clients that show none, or turn them off, are not offered any.
    let directory = tempfile::tempdir().expect("a directory");
    for (capabilities, options, offered) in [
        (&capabilities, Value::Null, true),
        (&capabilities, json!({"codeLens": true}), true),
        (&capabilities, json!({"codeLens": false}), false),
        (&capabilities, json!({"codeLens": "no"}), true),
        (&modern(), Value::Null, false),
    ] {
        let mut client = Client::without_handshake();
        let answer = client.shake_hands_with(capabilities, directory.path(), &options);
        assert_eq!(answer["capabilities"]["codeLensProvider"].is_object(), offered, "{options}");
    }
}

#[test]
fn the_report_is_that_of_optimize() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("Dockerfile");
    std::fs::write(&path, TEXT).expect("written");
    let uri = url::Url::from_file_path(&path).expect("absolute");
    let mut client = Client::new(&modern(), directory.path());
    client.open(uri.as_str(), TEXT);
    let params = json!({"command": "dockwright.cost", "arguments": [{"uri": uri}]});
    let report = client.request("workspace/executeCommand", &params).expect("a report");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dockwright"))
        .args(["optimize", "--format", "markdown", "Dockerfile"])
        .current_dir(directory.path())
        .output()
        .expect("the program runs");
    assert_eq!(report.as_str(), Some(String::from_utf8_lossy(&output.stdout).as_ref()));
    client.change(uri.as_str(), 2, &json!([{"text": "ARG A\n"}]));
    let (_, why) = client.request("workspace/executeCommand", &params).expect_err("nothing is built");
    assert_eq!(why, "no `FROM`, so nothing is built");
}
