//! The structure of a document over the protocol: folding, selection, links, semantic tokens.

use serde_json::{Value, json};

use super::client::{Client, DOCUMENT, modern, opened, push_capabilities};

fn document() -> Value {
    json!({"textDocument": {"uri": DOCUMENT}})
}

#[test]
fn stages_instructions_heredocs_and_comments_fold() {
    let text = "# a\n# b\nFROM a\nRUN b \\\n  c\nCOPY <<X <<Y /x/\n1\nX\n2\nY\n\n# c\nFROM b\n";
    let (mut client, _directory) = opened(&modern(), text);
    let ranges = client.request("textDocument/foldingRange", &document()).expect("ranges");
    let lines: Vec<(u64, u64, &str)> = ranges
        .as_array()
        .expect("a list")
        .iter()
        .map(|range| {
            let line = |key: &str| range[key].as_u64().expect("a line");
            (line("startLine"), line("endLine"), range["kind"].as_str().unwrap_or(""))
        })
        .collect();
    assert_eq!(lines, [(2, 9, "region"), (0, 1, "comment"), (3, 4, ""), (5, 9, ""), (5, 7, "")]);
}

#[test]
fn selections_grow_from_the_word_to_the_file() {
    let text = "FROM a\nRUN cd /é && make -j all\n";
    let (mut client, _directory) = opened(&push_capabilities(), text);
    let mut params = document();
    params["positions"] = json!([{"line": 1, "character": 18}, {"line": 9, "character": 9}]);
    let found = client.request("textDocument/selectionRange", &params).expect("ranges");
    let mut around = Vec::new();
    let mut range = &found[0];
    while range.is_object() {
        let at = |key: &str| (range["range"][key]["line"].clone(), range["range"][key]["character"].clone());
        around.push(format!("{}:{}-{}:{}", at("start").0, at("start").1, at("end").0, at("end").1));
        range = &range["parent"];
    }
    assert_eq!(around, ["1:18-1:20", "1:13-1:24", "1:4-1:24", "1:0-1:24", "0:0-2:0"]);
    assert_eq!(found.as_array().map(Vec::len), Some(2));
}

#[test]
fn sources_that_exist_are_links() {
    let text = "FROM a AS b\nCOPY src/x.txt none /\nCOPY --from=b src/x.txt /\nADD https://example.org/x /\n\
                RUN --mount=source=/src/x.txt,target=/x y\nCOPY src /\n";
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(directory.path().join("src")).expect("a directory");
    std::fs::write(directory.path().join("src/x.txt"), "").expect("written");
    let mut client = Client::new(&modern(), directory.path());
    // The workspace is the context of a Dockerfile in another directory.
    let uri = url::Url::from_file_path(directory.path().join("docker/Dockerfile")).expect("absolute");
    client.open(uri.as_str(), text);
    let params = json!({"textDocument": {"uri": uri}});
    let links = client.request("textDocument/documentLink", &params).expect("links");
    let file = url::Url::from_file_path(directory.path().join("src/x.txt")).expect("absolute");
    let range = |line: u32, from: u32, to: u32| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    assert_eq!(
        links,
        json!([
            {"range": range(1, 5, 14), "target": file},
            {"range": range(3, 4, 25), "target": "https://example.org/x"},
            {"range": range(4, 19, 29), "target": file},
        ])
    );
}

/// The tokens of an answer: line, start, length, type.
fn decoded(answer: &Value, legend: &Value) -> Vec<(u64, u64, u64, String)> {
    let numbers: Vec<u64> =
        answer["data"].as_array().expect("numbers").iter().map(|it| it.as_u64().expect("small")).collect();
    let (mut line, mut start) = (0, 0);
    let (tokens, rest) = numbers.as_chunks::<5>();
    assert!(rest.is_empty());
    let mut found = Vec::new();
    for [delta_line, delta_start, length, kind, _] in tokens {
        if *delta_line > 0 {
            start = 0;
        }
        (line, start) = (line + delta_line, start + delta_start);
        let kind = &legend["tokenTypes"][usize::try_from(*kind).expect("small")];
        found.push((line, start, *length, kind.as_str().expect("a name").to_string()));
    }
    found
}

#[test]
fn tokens_reach_into_the_shell() {
    let text = "FROM a AS b\nRUN 🐳é=1 x \"$Y\" \\\n  # c\n  && z -o\n";
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::without_handshake();
    let offered = client.initialize(&json!({}), directory.path());
    let legend = &offered["capabilities"]["semanticTokensProvider"]["legend"];
    client.open(DOCUMENT, text);
    let all = client.request("textDocument/semanticTokens/full", &document()).expect("tokens");
    let all = decoded(&all, legend);
    let named = |line, start, length, name: &str| (line, start, length, name.to_string());
    for expected in [
        named(0, 0, 4, "keyword"),
        named(0, 5, 1, "class"),
        named(0, 7, 2, "keyword"),
        named(0, 10, 1, "namespace"),
        named(1, 0, 3, "keyword"),
        named(2, 2, 3, "comment"),
        named(3, 2, 2, "operator"),
        named(3, 5, 1, "function"),
        named(3, 7, 2, "parameter"),
    ] {
        assert!(all.contains(&expected), "{all:?} {expected:?}");
    }
    // In UTF-16, the whale has two units.
    assert!(all.contains(&named(1, 13, 2, "variable")), "{all:?}");
    let mut params = document();
    params["range"] = json!({"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 3}});
    let some = client.request("textDocument/semanticTokens/range", &params).expect("tokens");
    let of_line: Vec<_> = all.iter().filter(|token| token.0 == 3).cloned().collect();
    assert_eq!(decoded(&some, legend), of_line);
}
