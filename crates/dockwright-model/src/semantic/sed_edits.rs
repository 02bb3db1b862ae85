//! The text that `sed -i` writes to files.

use super::written_text::{WrittenText, WrittenTextLine};
use crate::shell::{ShellCommand, ShellWord};

/// `sed -i 's/old/NEW/' path` and `sed -i '/x/a NEW' path`.
pub(super) fn find_sed_edits(command: &ShellCommand, index: usize, found: &mut Vec<WrittenText>) {
    let in_place = command.arguments().iter().any(|word| {
        word.text.starts_with("--in-place")
            || (word.is_flag() && !word.text.starts_with("--") && word.text.contains('i'))
    });
    if !in_place {
        return;
    }
    let mut scripts: Vec<&ShellWord> = Vec::new();
    let mut paths: Vec<&ShellWord> = Vec::new();
    let mut words = command.arguments().iter();
    while let Some(word) = words.next() {
        if matches!(word.text.as_str(), "-e" | "--expression") {
            scripts.extend(words.next());
        } else if word.is_flag()
            && !word.text.starts_with("--")
            && word.text.ends_with('e')
            && word.text.contains('i')
        {
            // In `-ie`, `e` is the suffix of the backup, but people intend a script.
            scripts.extend(words.next());
        } else if !word.is_flag() {
            if scripts.is_empty() { scripts.push(word) } else { paths.push(word) }
        }
    }
    let lines: Vec<WrittenTextLine> = scripts
        .iter()
        .flat_map(|script| {
            replacement_texts(&script.text)
                .into_iter()
                .map(|text| WrittenTextLine { text, span: script.span })
        })
        .collect();
    for path in paths {
        let (path, lines) = (path.text.clone(), lines.clone());
        found.push(WrittenText { path, lines, command: index, edits: true });
    }
}

/// The texts that a sed script inserts, with `s`, `a`, `i` and `c`.
fn replacement_texts(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in script.split([';', '\n']) {
        let part = part.trim();
        // An address: `/x/`, `3`, `$`.
        let command = match part.strip_prefix('/') {
            Some(rest) => rest.split_once('/').map_or(part, |(_, rest)| rest).trim_start(),
            None => part.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '$' | ',' | ' ')),
        };
        let mut chars = command.chars();
        match chars.next() {
            Some('s') => {
                let Some(separator) = chars.next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace())
                else {
                    continue;
                };
                let pieces = split_unescaped(chars.as_str(), separator);
                if let [_, new, ..] = pieces.as_slice() {
                    found.extend(new.replace("\\n", "\n").lines().map(str::to_string));
                }
            }
            Some('a' | 'i' | 'c') => {
                let text = chars.as_str().trim_start_matches(['\\', ' ']);
                if !text.is_empty() {
                    found.push(text.to_string());
                }
            }
            _ => {}
        }
    }
    found
}

fn split_unescaped(text: &str, separator: char) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let Some(last) = pieces.last_mut() else { break };
        if c == '\\' {
            match chars.next() {
                Some(next) if next == separator => last.push(next),
                Some(next) => {
                    last.push(c);
                    last.push(next);
                }
                None => last.push(c),
            }
        } else if c == separator {
            pieces.push(String::new());
        } else {
            last.push(c);
        }
    }
    pieces
}
