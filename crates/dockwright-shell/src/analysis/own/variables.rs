//! SC3028: variables that only Bash sets. SC2034: variables with a meaning for the shell or for programs.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::analysis::{Dialect, spans};
use crate::quotes::QuoteTracker;
use dockerfile_syntax::Span;

const BASH_ONLY: [&str; 30] = [
    "BASHOPTS",
    "BASHPID",
    "BASH_ALIASES",
    "BASH_ARGC",
    "BASH_ARGV",
    "BASH_CMDS",
    "BASH_COMMAND",
    "BASH_LINENO",
    "BASH_REMATCH",
    "BASH_SOURCE",
    "BASH_SUBSHELL",
    "BASH_VERSINFO",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HOSTNAME",
    "HOSTTYPE",
    "MACHTYPE",
    "MAPFILE",
    "OSTYPE",
    "PIPESTATUS",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SHLVL",
    "UID",
    "_",
];

/// Other variables that shells and programs read, so that an assignment is a use.
const READ_BY_OTHERS: [&str; 34] = [
    "BASH",
    "CHILD_MAX",
    "COLUMNS",
    "COMP_WORDBREAKS",
    "DISPLAY",
    "EMACS",
    "EXECIGNORE",
    "FCEDIT",
    "FIGNORE",
    "FUNCNEST",
    "GLOBIGNORE",
    "HISTCONTROL",
    "HISTFILE",
    "HISTIGNORE",
    "HISTSIZE",
    "HISTTIMEFORMAT",
    "HOSTFILE",
    "IGNOREEOF",
    "LINENO",
    "LINES",
    "LOGNAME",
    "MAILPATH",
    "POSIXLY_CORRECT",
    "PPID",
    "PROMPT_COMMAND",
    "PS3",
    "REPLY",
    "TMPDIR",
    "TZ",
    "auto_resume",
    "histchars",
    "COMPREPLY",
    "OPTERR",
    "READLINE_LINE",
];

/// Whether the analyzer reports the assignment as unused because it does not know that a program reads the variable.
pub(super) fn is_false_report(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    if one.code != 2034 {
        return false;
    }
    let words = subject.slice(Span::new(one.start, one.end));
    let name = spans::assigned_variable(subject.text, one.start as usize, words);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default();
    READ_BY_OTHERS.contains(&name) || BASH_ONLY.contains(&name)
}

pub(super) fn check_variables(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if !subject.dialect.is_sh() {
        return;
    }
    let mut quotes = QuoteTracker::default();
    for (at, byte) in subject.text.bytes().enumerate() {
        let expands = byte == b'$' && quotes.expands_variables();
        quotes.track_quote_byte(byte);
        if expands
            && let Some((name, length)) = parse_variable_name(subject.text.get(at + 1..).unwrap_or_default())
        {
            let known = BASH_ONLY.contains(&name) && !(name == "_" && subject.dialect != Dialect::Sh);
            if known && !is_set(name, subject) {
                let at = u32::try_from(at).unwrap_or(0);
                let end = at + 1 + u32::try_from(length).unwrap_or(0);
                subject.report(3028, Span::new(at, end), found);
            }
        }
    }
}

/// The name in `NAME` or `{NAME…}`, and the position of its end.
fn parse_variable_name(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('{').map_or(text, |inner| inner.trim_start_matches('#'));
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let skipped = text.len() - inner.len();
    let name = inner.get(..end).filter(|name| !name.is_empty())?;
    let closed = skipped > 0 && inner.get(end..).is_some_and(|rest| rest.starts_with('}'));
    Some((name, skipped + end + usize::from(closed)))
}

/// Whether the text, or what precedes it, gives the variable a value.
fn is_set(name: &str, subject: &AnalyzedText<'_>) -> bool {
    const SETTERS: [&str; 7] = ["read", "export", "local", "declare", "typeset", "readonly", "getopts"];
    let is_exported =
        |line: &str| line.strip_prefix("export ").and_then(|rest| rest.split('=').next()) == Some(name);
    let assigns = |raw: &str| raw.strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '+']));
    subject.prelude.lines().any(is_exported)
        || subject.script.commands.iter().any(|command| {
            command.is_any(&SETTERS)
                && command
                    .arguments()
                    .iter()
                    .any(|word| word.text == name || assigns(subject.slice(word.span)))
        })
        || subject.script.bare_assignments.iter().any(|&span| assigns(subject.slice(span)))
}
