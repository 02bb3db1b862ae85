//! Clients that count in bytes, UTF-16 or characters get equal responses, also for documents with CR LF.

use serde_json::{Value, json};

use super::client::Client;

/// Requests about a position or a range.
const REQUESTS: [&str; 16] = [
    "textDocument/diagnostic",
    "textDocument/codeAction",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/prepareRename",
    "textDocument/rangeFormatting",
    "textDocument/references",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
];

const TEXT: &str = "# 🐳\n\
    ARG V=3.20 # 漢\n\
    from alpine:$V AS bäse\n\
    ENV GRÜßE=👩\u{200d}🔧 OTHER=$V\n\
    LABEL 🐳=é  x=$OTHER\n\
    RUN echo 🐳é  && cd /𝕏 \\\n\
    # é\n\
    \x20 && apt-get install 漢 $OTHER\n\
    ADD 🐳.txt é /srv/\n\
    FROM scratch\n\
    COPY --from=bäse /srv /srv\n";

/// The number of units of this encoding before a character.
fn units(line: &str, characters: usize, encoding: &str) -> u64 {
    let before = line.chars().take(characters);
    let count = match encoding {
        "utf-8" => before.map(char::len_utf8).sum(),
        "utf-16" => before.map(char::len_utf16).sum(),
        _ => characters,
    };
    u64::try_from(count).expect("small")
}

/// The response with positions in characters and with LF.
fn in_characters(value: Value, lines: &[&str], encoding: &str) -> Value {
    match value {
        Value::Array(values) => {
            values.into_iter().map(|value| in_characters(value, lines, encoding)).collect()
        }
        Value::Object(fields) => {
            if let (Some(line), Some(at)) = (fields.get("line"), fields.get("character")) {
                let number = usize::try_from(line.as_u64().expect("a number")).expect("small");
                let text = lines.get(number).expect("a line of the text");
                let counts = |characters: &usize| units(text, *characters, encoding) == *at;
                let character = (0..=text.chars().count()).find(counts);
                return json!([
                    line,
                    character.unwrap_or_else(|| panic!("{line}:{at} is inside a character"))
                ]);
            }
            let fields = fields.into_iter().filter(|(key, _)| key != "resultId");
            fields.map(|(key, value)| (key, in_characters(value, lines, encoding))).collect()
        }
        Value::String(text) => Value::String(text.replace("\r\n", "\n")),
        other => other,
    }
}

/// Start and end of each token, in characters, with its type.
fn tokens(answer: &Value, lines: &[&str], encoding: &str) -> Value {
    let data: Vec<u64> = serde_json::from_value(answer["data"].clone()).expect("numbers");
    let (mut line, mut start) = (0, 0);
    let places = data.chunks(5).map(|token| {
        let [lines_down, right, length, kind, _] = token else { panic!("{token:?}") };
        (line, start) = if *lines_down == 0 { (line, start + right) } else { (line + lines_down, *right) };
        json!([{"line": line, "character": start}, {"line": line, "character": start + length}, kind])
    });
    in_characters(places.collect(), lines, encoding)
}

/// All responses for some positions of the text.
fn collect_responses(encoding: &str, text: &str) -> Vec<(String, Value)> {
    let directory = tempfile::tempdir().expect("a directory");
    let capabilities =
        json!({"general": {"positionEncodings": [encoding]}, "textDocument": {"diagnostic": {}}});
    let mut client = Client::new(&capabilities, directory.path());
    let uri = "file:///work/Dockerfile";
    client.open(uri, text);
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (line, character) in [(1, 5), (2, 13), (2, 19), (3, 17), (5, 11), (7, 23), (8, 7), (10, 14)] {
        let written = lines.get(line).expect("a line");
        let position = json!({"line": line, "character": units(written, character, encoding)});
        let params = json!({
            "textDocument": {"uri": uri},
            "position": position,
            "positions": [position],
            "range": {"start": position, "end": {"line": 10, "character": 2}},
            "context": {"diagnostics": [], "includeDeclaration": true, "triggerKind": 1},
            "options": {"tabSize": 4, "insertSpaces": true},
        });
        for method in REQUESTS {
            let answer = client.request(method, &params).unwrap_or_else(|(_, why)| json!(why));
            let all: Vec<&str> = lines.iter().copied().chain([""]).collect();
            let answer = if method.contains("semantic") {
                tokens(&answer, &all, encoding)
            } else {
                in_characters(answer, &all, encoding)
            };
            found.push((format!("{method} at {line}:{character}"), answer));
        }
    }
    found
}

#[test]
fn every_encoding_and_line_end_has_the_same_answers() {
    let expected = collect_responses("utf-32", TEXT);
    assert!(expected.iter().filter(|(_, answer)| answer.to_string().len() > 4).count() > 80);
    let windows = TEXT.replace('\n', "\r\n");
    for (encoding, text) in
        [("utf-16", TEXT), ("utf-8", TEXT), ("utf-32", &windows), ("utf-16", &windows), ("utf-8", &windows)]
    {
        assert!(!text.is_empty());
        for ((request, answer), (_, other)) in expected.iter().zip(collect_responses(encoding, text)) {
            assert_eq!(*answer, other, "{encoding}, {request}");
        }
    }
}
