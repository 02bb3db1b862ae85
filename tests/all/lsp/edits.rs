//! Random edits over the protocol: at the end, the server reports what `check` reports for the same text.

#![allow(clippy::print_stdout, reason = "a run that is asked for says what it did")]

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::client::{Client, push_capabilities};

/// Inserted texts: characters of one to four bytes, line ends of all kinds, and texts that rules look for.
const TYPED: [&str; 24] = [
    "a",
    "é",
    "漢",
    "🐳",
    "🐳👩\u{200d}🔧",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\\\n",
    "\\\r\n",
    "# ",
    "\"",
    "'",
    "$V",
    "${V}",
    "FROM a\n",
    "ADD 🐳 /x\n",
    "RUN cd é && apt-get install x\r\n",
    "RUN <<E\n",
    "E\n",
    "FROM a AS b\n",
    "COPY --from=b x y\n",
    "",
];

pub(super) const STARTS: [&str; 3] = [
    "FROM debian:12\r\nRUN apt-get install 🐳 \\\r\n  # é\r\n  curl\r\nCMD [\"x\"]\r\n",
    "\u{feff}# syntax=docker/dockerfile:1\nARG V=é\nFROM a:$V AS b\nRUN <<E\necho 🐳 `x`\nE\n",
    "FROM node\nADD a b\nMAINTAINER 漢\n",
];

pub(super) struct RandomSource(TestRunner);

impl RandomSource {
    pub(super) fn new(seed: u8) -> Self {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        Self(TestRunner::new_with_rng(Config::default(), rng))
    }

    pub(super) fn random_below(&mut self, end: usize) -> usize {
        (0..end.max(1)).new_tree(&mut self.0).expect("a number").current()
    }
}

/// Line and character of an offset as in the protocol, from 0; characters are code points.
pub(super) fn position(text: &str, offset: usize) -> Value {
    let (mut line, mut character) = (0, 0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if at >= offset {
            break;
        }
        let before_lf = chars.peek().is_some_and(|(_, next)| *next == '\n');
        if char == '\n' || (char == '\r' && !before_lf) {
            (line, character) = (line + 1, 0);
        } else {
            character += 1;
        }
    }
    json!({"line": line, "character": character})
}

/// A random offset at which a character starts, but not between CR and LF, where the protocol has no position.
pub(super) fn random_offset(text: &str, dice: &mut RandomSource) -> usize {
    let at = text.floor_char_boundary(dice.random_below(text.len() + 1));
    if text.get(..at).is_some_and(|before| before.ends_with('\r'))
        && text.get(at..).is_some_and(|after| after.starts_with('\n'))
    {
        at - 1
    } else {
        at
    }
}

/// Makes `edits` random edits of a text and returns the result.
pub(super) fn edit(
    client: &Client,
    uri: &str,
    start: &str,
    edits: usize,
    dice: &mut RandomSource,
) -> (String, i64) {
    let mut text = start.to_string();
    client.open(uri, &text);
    let mut version = 1;
    let mut made = 0;
    while made < edits {
        let mut changes = Vec::new();
        for _ in 0..=dice.random_below(3) {
            let (one, other) = (random_offset(&text, dice), random_offset(&text, dice));
            let (from, to) = match dice.random_below(4) {
                // Mostly insertions, sometimes deletions of a few characters, rarely large ones.
                0 | 1 => (one, one),
                2 => {
                    let end = text.ceil_char_boundary((one + dice.random_below(12)).min(text.len()));
                    let inside = text.get(..end).is_some_and(|it| it.ends_with('\r'));
                    (one, if inside { one } else { end })
                }
                _ if dice.random_below(10) == 0 => (one.min(other), one.max(other)),
                _ => (other, other),
            };
            let new = TYPED.get(dice.random_below(TYPED.len())).copied().unwrap_or_default();
            if dice.random_below(40) == 0 {
                text = format!("{text}{new}");
                changes.push(json!({"text": text}));
            } else {
                let range = json!({"start": position(&text, from), "end": position(&text, to)});
                changes.push(json!({"range": range, "text": new}));
                text.replace_range(from..to, new);
            }
            made += 1;
        }
        version += 1;
        client.change(uri, version, &Value::Array(changes));
    }
    (text, version)
}

/// The diagnostics of the server in the form of `check`: start and end as offsets, code, message.
fn reported_problems(diagnostics: &[Value], text: &str) -> Vec<(usize, usize, String, String)> {
    let mut offsets = std::collections::HashMap::new();
    for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
        offsets.entry(position_key(&position(text, offset))).or_insert(offset);
    }
    let offset = |position: &Value| *offsets.get(&position_key(position)).expect("a position in the text");
    let mut said: Vec<_> = diagnostics
        .iter()
        .map(|found| {
            let word = |key: &str| found[key].as_str().expect("text").to_string();
            let range = &found["range"];
            // The lines after the message are the help and the fix, which `check` has in separate fields.
            let message = word("message").lines().next().unwrap_or_default().to_string();
            (offset(&range["start"]), offset(&range["end"]), word("code"), message)
        })
        .collect();
    said.sort();
    said
}

fn position_key(position: &Value) -> (u64, u64) {
    (position["line"].as_u64().expect("a number"), position["character"].as_u64().expect("a number"))
}

/// The diagnostics of `check` for the text in a directory.
fn checked(directory: &Path, text: &str) -> Vec<(usize, usize, String, String)> {
    std::fs::write(directory.join("Dockerfile"), text).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_dockwright"))
        .args(["check", "--format", "json", "--exit-zero", "."])
        .current_dir(directory)
        .output()
        .expect("the program runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // Between CR and LF the protocol has no position.
    let before_line_end = |offset: &Value| {
        let offset = usize::try_from(offset.as_u64().expect("a number")).expect("small");
        let inside = text.get(..offset).is_some_and(|it| it.ends_with('\r'))
            && text.get(offset..).is_some_and(|it| it.starts_with('\n'));
        if inside { offset - 1 } else { text.floor_char_boundary(offset) }
    };
    let mut said: Vec<_> = report["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| {
            let word = |key: &str| found[key].as_str().expect("text").to_string();
            let range = &found["range"];
            let (start, end) = (&range["start"]["offset"], &range["end"]["offset"]);
            (before_line_end(start), before_line_end(end), word("code"), word("message"))
        })
        .collect();
    said.sort();
    said
}

/// Edits the texts, and compares the final diagnostics of the server with those of `check`. Returns the number of
/// compared diagnostics.
fn run(starts: &[String], edits: usize, seed: u8) -> usize {
    let directory = tempfile::tempdir().expect("a directory");
    let mut client = Client::new(&push_capabilities(), directory.path());
    let mut dice = RandomSource::new(seed);
    let mut compared = 0;
    for (number, start) in starts.iter().enumerate() {
        let uri = format!("file://{}/{number}/Dockerfile", directory.path().display());
        let (text, version) = edit(&client, &uri, start, edits, &mut dice);
        let server = reported_problems(&client.pushed_diagnostics(&uri, version), &text);
        assert_eq!(server, checked(directory.path(), &text), "seed {seed}, text {number}\n{text:?}");
        compared += server.len();
        client.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri}}));
    }
    assert_eq!(client.shut_down(), 0);
    compared
}

#[test]
fn server_matches_check_after_random_edits() {
    let starts: Vec<String> = STARTS.iter().map(ToString::to_string).collect();
    let compared: usize = (0..4).map(|seed| run(&starts, 25, seed)).sum();
    assert!(compared > 20, "{compared}");
}

/// `DOCKWRIGHT_EDIT_DIR=DIRECTORY cargo test --test all lsp:: -- --ignored --nocapture`: 5,000 edits of the
/// Dockerfiles below a directory, 50 of each.
#[test]
#[ignore = "wants a directory of Dockerfiles"]
fn after_random_edits_of_real_files() {
    let directory = std::env::var_os("DOCKWRIGHT_EDIT_DIR").map(PathBuf::from).expect("DOCKWRIGHT_EDIT_DIR");
    let edits: usize = std::env::var("DOCKWRIGHT_EDITS").ok().and_then(|it| it.parse().ok()).unwrap_or(5_000);
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(directory)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.to_string_lossy().to_lowercase().contains("dockerfile"))
        .collect();
    paths.sort();
    let step = (paths.len() / (edits / 50).max(1)).max(1);
    let starts: Vec<String> = paths
        .iter()
        .step_by(step)
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .take(edits / 50)
        .collect();
    let compared = run(&starts, 50, 7);
    println!("{} files, {} edits, {compared} diagnostics compared", starts.len(), starts.len() * 50);
}
