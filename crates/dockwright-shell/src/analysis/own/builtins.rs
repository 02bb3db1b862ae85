//! Builtins with misleading arguments: SC2093, SC2121, SC2151, SC2152, SC2173, SC2232, SC2216, SC2241, SC2242,
//! SC3038.

use super::{AnalyzedText, RelativeDiagnostic, command_basename};
use crate::{Connector, ShellCommand, ShellWord};

/// Whether all reports with this code come from here.
pub(super) const fn is_reported_by_own_check(code: u32) -> bool {
    code == 2216
}

pub(super) fn check_builtins(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    check_unread_pipe(command, subject, found);
    let name = command.words.first().filter(|word| word.literal).map(|word| word.text.as_str());
    match name {
        Some("set") => check_set_builtin(command, subject, found),
        Some("exit") => check_exit_status(command, [2241, 2242], subject, found),
        Some("return") => check_exit_status(command, [2151, 2152], subject, found),
        Some("trap") => check_trap(command, subject, found),
        Some("sudo") => check_sudo(command, subject, found),
        Some("exec") => check_exec_option(command, subject, found),
        _ => {}
    }
}

/// SC2121: `set NAME=value`, `set NAME value`.
fn check_set_builtin(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let [first, rest @ ..] = command.arguments() else { return };
    let raw = subject.slice(first.span);
    let name = raw.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(raw.len());
    let starts_as_name = raw.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let assigns = raw.get(name..).is_some_and(|after| after.starts_with('='));
    if starts_as_name && (assigns || (name == raw.len() && !rest.is_empty())) {
        subject.report(2121, first.span, found);
    }
}

/// `codes`: for several arguments, and for what is not a number from 0 to 255.
fn check_exit_status(
    command: &ShellCommand,
    codes: [u32; 2],
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    match command.arguments() {
        [first, _, ..] => subject.report(codes[0], first.span, found),
        [only] if only.literal && only.text.parse::<u8>().is_err() => {
            subject.report(codes[1], only.span, found);
        }
        _ => {}
    }
}

/// SC2173: `trap … KILL`.
fn check_trap(command: &ShellCommand, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let [action, signals @ ..] = command.arguments() else { return };
    if action.text == "-" {
        return;
    }
    let is_untrappable =
        |word: &&ShellWord| matches!(word.text.trim_start_matches("SIG"), "9" | "KILL" | "STOP");
    for signal in signals.iter().filter(is_untrappable) {
        subject.report(2173, signal.span, found);
    }
}

/// SC2232: `sudo cd`.
fn check_sudo(command: &ShellCommand, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    const BUILTINS: [&str; 8] = ["cd", "declare", "export", "history", "popd", "pushd", "set", "source"];
    let program =
        command.operands_without_values_of(&["u", "g", "h", "p", "C", "r", "t", "U", "user", "group"]);
    if let (Some(program), Some(name)) = (program.first(), command.words.first())
        && BUILTINS.contains(&program.text.as_str())
    {
        subject.report(2232, name.span, found);
    }
}

/// SC3038: `exec -a`.
fn check_exec_option(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if subject.dialect.is_sh()
        && let Some(option) = command.arguments().first()
        && option.is_flag()
        && option.text.chars().skip(1).all(|letter| "acl".contains(letter))
    {
        subject.report(3038, option.span, found);
    }
}

/// SC2216: `… | rm`.
fn check_unread_pipe(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    const READS_NO_INPUT: [&str; 20] = [
        "basename", "cd", "chmod", "chown", "cp", "du", "echo", "export", "kill", "ln", "ls", "mv", "printf",
        "ps", "pwd", "rm", "set", "sleep", "touch", "uname",
    ];
    let ignores_input = command_basename(command).is_some_and(|name| READS_NO_INPUT.contains(&name));
    // `rm -i` reads the answers, and a substitution may read the input.
    let asks = command.has_flag("i") || command.has_flag("interactive");
    let reads = |word: &ShellWord| subject.slice(word.span).contains(['(', '`']);
    if command.connector == Some(Connector::Pipe)
        && ignores_input
        && !asks
        && !command.words.iter().any(reads)
        && let Some(name) = command.words.first()
    {
        subject.report(2216, name.span, found);
    }
}

/// Whether the report is wrong: ShellCheck does not analyze commands that `sudo` runs.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    matches!(one.code, 2005 | 2022 | 2164 | 3046)
        && subject.script.commands.iter().any(|command| {
            command.words.first().is_some_and(|word| word.text == "sudo")
                && command.span.start <= one.start
                && command.words.iter().any(|word| word.span.end >= one.end)
                && command.words.iter().all(|word| !subject.slice(word.span).contains(['(', '`', '"']))
        })
}
