//! Checks of one simple command.

use super::{AnalyzedText, RelativeDiagnostic, command_basename, expr, may_become_several_words, printf};
use crate::analysis::Dialect;
use crate::{Connector, ShellCommand, ShellWord};
use dockerfile_syntax::Span;

pub(super) fn check_command(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    check_negation_without_space(command, subject, found);
    check_spaced_assignment(command, subject, found);
    check_mangled_name(command, subject, found);
    check_numbered_redirection(command, subject, found);
    check_capitalized_keyword(command, subject, found);
    match command_basename(command) {
        Some("ln") => check_missing_destination(2226, command, subject, found),
        Some("mv") => check_missing_destination(2224, command, subject, found),
        Some("cp") => check_missing_destination(2225, command, subject, found),
        Some("mkdir") => check_mkdir_mode(command, subject, found),
        Some("find") => {
            check_find_path(command, subject, found);
            check_unterminated_exec(command, subject, found);
        }
        Some("expr") => expr::check_expr(command, subject, found),
        Some("printf") if command.words.first().is_some_and(|word| word.text == "printf") => {
            printf::check_printf(command, subject, found);
        }
        Some("test") => check_redirection_in_test(command, subject, found),
        Some("rm") => check_system_directory_removal(command, subject, found),
        _ => {}
    }
}

/// SC1035: `!true`, which the shell reads as the name of a program.
fn check_negation_without_space(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Some(word) = command.words.first() else { return };
    let rest = subject.slice(word.span).strip_prefix('!');
    if rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['!', '(', '{'])) {
        subject.report(1035, Span::new(word.span.start + 1, word.span.end), found);
    }
}

/// SC2283, SC2284, SC2285: `a = b`, `a == b`, `a += b`.
fn check_spaced_assignment(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Some(second) = command.words.get(1) else { return };
    let raw = subject.slice(second.span);
    let code = if raw.starts_with("==") {
        2284
    } else if raw.starts_with('=') {
        2283
    } else if raw.starts_with("+=") && command.words.first().is_some_and(|word| word.literal) {
        2285
    } else {
        return;
    };
    subject.report(code, second.span, found);
}

/// SC2275, SC2287, SC2288: a name that starts or ends with a sign that does not belong to it.
fn check_mangled_name(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let Some(name) = command.words.first() else { return };
    if !name.literal {
        let last = (name.span.end as usize + subject.before).saturating_sub(1);
        if subject.braces.binary_search(&last).is_ok() {
            subject.report(2288, name.span, found);
        }
        return;
    }
    let code = if name.text.starts_with('=') {
        2275
    } else if name.text.ends_with('/') && name.text != "//" {
        2287
    } else if name.text.ends_with([',', '.', ']', '#', '%', '{', '}']) && !matches!(&*name.text, "." | "..") {
        2288
    } else {
        return;
    };
    subject.report(code, name.span, found);
}

/// SC1081: `IF`.
fn check_capitalized_keyword(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    const KEYWORDS: [&str; 13] =
        ["case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "select", "then", "until", "while"];
    let Some(name) = command.words.first() else { return };
    let raw = subject.slice(name.span);
    let free = command.assignments.is_empty() && command.connector != Some(Connector::Pipe);
    let is_keyword = || KEYWORDS.iter().any(|keyword| raw.eq_ignore_ascii_case(keyword) && raw != *keyword);
    if free && raw.starts_with(|c: char| c.is_ascii_uppercase()) && is_keyword() {
        subject.report(1081, name.span, found);
    }
}

/// SC2067: `find . -exec a {} ;`, in which the `;` ends the command for the shell.
fn check_unterminated_exec(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let mut words = command.arguments().iter();
    let starts = words.any(|word| matches!(&*word.text, "-exec" | "-execdir"));
    if let (true, Some(last)) = (starts, command.words.last())
        && !words.any(|word| matches!(&*word.text, ";" | "+") || !word.literal)
    {
        subject.report(2067, last.span, found);
    }
}

/// SC2210: `pip install a<2` reads a file named `2`. The analyzer reports `>`.
fn check_numbered_redirection(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for &redirection in &command.redirections {
        let target = subject.slice(redirection).strip_prefix('<').map(str::trim_start);
        if target.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())) {
            subject.report(2210, redirection, found);
        }
    }
}

/// SC2065, SC3012: `test a > b`, `test a \> b`.
fn check_redirection_in_test(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for &redirection in &command.redirections {
        let raw = subject.slice(redirection);
        if raw.starts_with(['<', '>']) && !raw.starts_with("<<") && !raw.starts_with(">>") {
            subject.report(2065, redirection, found);
        }
    }
    let compares = |word: &ShellWord| matches!(subject.slice(word.span), "\\<" | "\\>");
    if subject.dialect == Dialect::Sh && command.arguments().iter().any(compares) {
        subject.report(3012, command.span, found);
    }
}

/// SC2224, SC2225, SC2226: `mv`, `cp`, `ln` with one operand.
fn check_missing_destination(
    code: u32,
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if command.has_flag("t") || command.has_flag("target-directory") {
        return;
    }
    let mut operands = command.operands();
    if let (Some(only), None) = (operands.next(), operands.next())
        && !may_become_several_words(only, subject.slice(only.span))
    {
        subject.report(code, command.span, found);
    }
}

/// SC2174: `mkdir -p -m MODE a/b`.
fn check_mkdir_mode(command: &ShellCommand, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let has = |short, long| command.has_flag(short) || command.has_flag(long);
    if !(has("p", "parents") && has("m", "mode")) {
        return;
    }
    let is_deep = |word: &ShellWord| {
        let mut path = word.text.as_str();
        while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix("../")) {
            path = rest;
        }
        path.contains('/')
    };
    let mode = command.arguments().iter().find(|word| word.flags().any(|flag| flag == "m" || flag == "mode"));
    if let Some(mode) = mode
        && command.operands().any(is_deep)
    {
        subject.report(2174, mode.span, found);
    }
}

/// SC2185: `find -name x`.
fn check_find_path(command: &ShellCommand, subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    let is_path_option = |word: &&ShellWord| {
        word.text.len() > 1
            && word
                .text
                .strip_prefix('-')
                .is_some_and(|letters| letters.chars().all(|c| "HLPEXdsx".contains(c)))
    };
    let first = command.arguments().iter().find(|word| !is_path_option(word));
    let lacks = first.is_none_or(|word| word.is_flag() || word.text == "--");
    if lacks && !first.is_some_and(|word| matches!(&*word.text, "-f" | "-D")) {
        subject.report(2185, command.words.first().map_or(command.span, |word| word.span), found);
    }
}

/// SC2114: `rm -r /usr`.
fn check_system_directory_removal(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    const DIRECTORIES: [&str; 15] = [
        "",
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/usr",
        "/usr/bin",
        "/usr/local",
        "/usr/share",
        "/var",
    ];
    if !["r", "R", "recursive"].iter().any(|flag| command.has_flag(flag)) {
        return;
    }
    for word in command.operands().filter(|word| word.literal && word.text.starts_with('/')) {
        let path = word.text.trim_end_matches('/');
        let bare = path.trim_start_matches('/');
        let path = path.get(path.len() - bare.len()..).unwrap_or_default();
        if DIRECTORIES.iter().any(|directory| directory.trim_start_matches('/') == path) {
            subject.report(2114, word.span, found);
        }
    }
}
