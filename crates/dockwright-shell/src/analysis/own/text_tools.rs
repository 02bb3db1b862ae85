//! Patterns and sets of characters: SC2020 and SC2060 (`tr`), SC2022, SC2063 (`grep`), SC2196, SC2197 (`egrep`, `fgrep`).

use super::{AnalyzedText, RelativeDiagnostic, command_basename};
use crate::ShellCommand;

pub(super) fn check_text_tools(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    match command_basename(command) {
        Some("tr") => {
            check_repeated_letters(command, subject, found);
            check_tr_patterns(command, subject, found);
        }
        Some("grep") => check_grep_pattern(command, subject, found),
        Some(name @ ("egrep" | "fgrep")) => {
            let code = if name == "egrep" { 2196 } else { 2197 };
            // The embedded analyzer reports plain names.
            if let Some(word) = command.words.first().filter(|word| word.text.contains('/')) {
                subject.report(code, word.span, found);
            }
        }
        _ => {}
    }
}

/// `tr hello world` replaces letters, not words.
fn check_repeated_letters(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for word in command.operands().filter(|word| word.literal && word.text != "--") {
        let text = word.text.trim_start_matches('[').trim_end_matches(']');
        let is_class = text.starts_with([':', '=', '.']) || word.text.contains("[:");
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        let repeats = letters.windows(2).any(|pair| matches!(pair, [a, b] if a == b && a.is_alphanumeric()));
        if repeats && !is_class && !text.contains('\\') {
            subject.report(2020, word.span, found);
        }
    }
}

/// `tr [a-z] x`, where a file may be named `a`.
fn check_tr_patterns(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for word in command.words.iter().skip(1).filter(|word| is_pattern(subject.slice(word.span))) {
        subject.report(2060, word.span, found);
    }
}

/// Whether a word, as it is written, may match file names.
fn is_pattern(raw: &str) -> bool {
    let is_set = raw.split_once('[').is_some_and(|(_, rest)| rest.contains(']'));
    !raw.contains(['"', '\'', '\\', '$', '`']) && (is_set || raw.contains(['*', '?']))
}

/// `grep 'x*'`: with a single letter before the `*`, ShellCheck reports a wildcard at the start, and the embedded
/// analyzer one at the end.
fn check_grep_pattern(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for word in command.operands().filter(|word| is_letter_and_star(&word.text)) {
        subject.report(2063, word.span, found);
    }
}

fn is_letter_and_star(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b'*'] if letter.is_ascii_alphanumeric())
}

/// Whether the analyzer reports another code than ShellCheck for the words, or reports a `grep … | wc -l` that `grep
/// -c` would count differently.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let words = subject.text.get(one.start as usize..one.end as usize).unwrap_or_default();
    match one.code {
        2021 => is_pattern(words),
        2022 => {
            let pattern = words.trim_matches(['"', '\'']);
            let repeats_letter = |before: &str| before.ends_with(|c: char| c.is_ascii_alphanumeric());
            is_letter_and_star(pattern)
                || pattern.split_once('*').is_some_and(|(before, _)| !repeats_letter(before))
        }
        2126 => {
            let of_it = |command: &&ShellCommand| command.span.start == one.start;
            subject.script.commands.iter().find(of_it).is_some_and(|grep| {
                ["A", "B", "C", "L", "R", "l", "r", "recursive"].iter().any(|flag| grep.has_flag(flag))
            })
        }
        _ => false,
    }
}
