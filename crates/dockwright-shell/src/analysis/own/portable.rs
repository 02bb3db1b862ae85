//! Arguments of builtins that POSIX does not have: SC3015 to SC3018, SC3045, SC3049, SC3061, SC3062, SC3064, SC3066.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::{ShellCommand, ShellWord};
use dockerfile_syntax::Span;

pub(super) fn check_portability(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if !subject.dialect.is_sh() {
        return;
    }
    match command.words.first().filter(|word| word.literal).map(|word| word.text.as_str()) {
        Some("let") => check_increments(command, subject, found),
        Some("read") => check_nameless_read(command, subject, found),
        Some("readonly") => check_builtin_option(command, "-a", subject, found),
        Some("unset") => check_builtin_option(command, "-n", subject, found),
        Some("test") => check_test_operators(command, subject, found),
        Some("trap") => check_lowercase_signals(command, subject, found),
        _ => {}
    }
}

/// SC3018: `let x++`.
fn check_increments(command: &ShellCommand, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    for word in command.arguments() {
        let raw = subject.slice(word.span);
        for (at, _) in raw.match_indices("++").chain(raw.match_indices("--")) {
            let start = word.span.start + u32::try_from(at).unwrap_or(0);
            subject.report(3018, Span::new(start, start + 2), found);
        }
    }
}

/// SC3061: `read -r`; the analyzer reports it without options.
fn check_nameless_read(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let takes_no_value = |word: &ShellWord| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| "ers".contains(letter))
    };
    let options = command.arguments();
    if !options.is_empty() && options.iter().all(takes_no_value) {
        subject.report(3061, command.span, found);
    }
}

/// SC3045: options of builtins that POSIX does not have.
fn check_builtin_option(
    command: &ShellCommand,
    option: &str,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if let Some(word) = command.arguments().first().filter(|word| word.text == option) {
        subject.report(3045, word.span, found);
    }
}

/// Operators of `test`; the analyzer and `brackets` check those of `[ … ]`.
fn check_test_operators(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let code = match command.arguments() {
        [operator, _] => match subject.slice(operator.span) {
            "-a" => 3017,
            "-o" => 3062,
            "-v" => 3016,
            "-G" => 3066,
            "-N" => 3064,
            _ => return,
        },
        [_, operator, _] if operator.text == "=~" => 3015,
        _ => return,
    };
    subject.report(code, command.span, found);
}

/// SC3049: `trap … int`.
fn check_lowercase_signals(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    const SIGNALS: [&str; 15] = [
        "ABRT", "ALRM", "CHLD", "CONT", "EXIT", "HUP", "INT", "KILL", "PIPE", "QUIT", "STOP", "TERM", "TSTP",
        "USR1", "USR2",
    ];
    for signal in command.arguments().iter().skip(1) {
        let upper = signal.text.to_uppercase();
        if upper != signal.text && SIGNALS.contains(&upper.trim_start_matches("SIG")) {
            subject.report(3049, signal.span, found);
        }
    }
}
