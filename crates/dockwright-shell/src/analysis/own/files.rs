//! SC2005, SC2115, SC2146: commands with words that are easily misread: `echo "`a`"`, `rm -r /$a`, `find` with `-o`.

use super::{AnalyzedText, RelativeDiagnostic, command_basename};
use crate::{ShellCommand, ShellWord};

/// Whether all reports with this code come from here.
pub(super) const fn is_reported_by_own_check(code: u32) -> bool {
    code == 2146
}

pub(super) fn check_files(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    match command_basename(command) {
        Some("rm") => check_root_removal(command, subject, found),
        Some("find") => check_ungrouped_or(command, subject, found),
        Some("echo") => check_echoed_backticks(command, subject, found),
        _ => {}
    }
}

/// `rm -r /*`, `rm -r /$a`; the analyzer reports the other forms.
fn check_root_removal(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if !["r", "R", "recursive"].iter().any(|flag| command.has_flag(flag)) {
        return;
    }
    for word in command.operands() {
        let raw = subject.slice(word.span).trim_start_matches('"');
        let rest = raw.strip_prefix('/').map(|rest| rest.trim_start_matches('"'));
        let is_root = rest.is_some_and(|rest| {
            rest == "*" || is_plain_expansion(rest.trim_end_matches(['"', '*']).trim_end_matches('/'))
        });
        if is_root {
            subject.report(2115, word.span, found);
        }
    }
}

/// Whether the text is a plain `$a` or `${a}`, which may be empty.
fn is_plain_expansion(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or(text.strip_prefix('$'));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// `find . -name a -o -name b -delete` deletes only what the last test matches.
fn check_ungrouped_or(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    const ACTIONS: [&str; 10] =
        ["-delete", "-exec", "-execdir", "-fprint", "-ls", "-ok", "-okdir", "-print", "-print0", "-prune"];
    let words = command.arguments();
    let is_action = |word: &ShellWord| ACTIONS.contains(&word.text.as_str());
    if words.iter().any(|word| matches!(word.text.as_str(), "(" | ")")) {
        return;
    }
    let start = words.iter().position(ShellWord::is_flag).unwrap_or(words.len());
    let expression = words.get(start..).unwrap_or_default();
    let mut groups = expression.split(|word| matches!(word.text.as_str(), "-o" | "-or"));
    let Some(first) = groups.next() else { return };
    if first.is_empty() || first.iter().any(is_action) {
        return;
    }
    for group in groups {
        if let Some(action) = group.iter().position(is_action) {
            if action > 0
                && let Some(word) = group.get(action)
            {
                subject.report(2146, word.span, found);
            }
            return;
        }
    }
}

/// ``echo "`a`"``
fn check_echoed_backticks(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let [only] = command.arguments() else { return };
    let inner = subject.slice(only.span).strip_prefix("\"`").and_then(|rest| rest.strip_suffix("`\""));
    let of_one = |inner: &str| !inner.contains(['`', ';', '\n', '&']);
    if inner.is_some_and(of_one) {
        subject.report(2005, only.span, found);
    }
}
