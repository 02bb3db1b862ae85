//! Quotes around expansions: whether one word is certainly intended, and which text to quote.

use super::RelativeDiagnostic;
use super::own::AnalyzedText;
use crate::{ShellCommand, ShellWord};
use dockerfile_syntax::Span;
use dockwright_diagnostic::Edit;

/// Programs that often get a list of words from a variable.
const TAKE_LISTS: [&str; 22] = [
    "add-apt-repository",
    "apk",
    "apt",
    "apt-get",
    "apt-mark",
    "cargo",
    "conda",
    "configure",
    "dnf",
    "eval",
    "gem",
    "go",
    "make",
    "microdnf",
    "npm",
    "pip",
    "pip3",
    "tdnf",
    "xargs",
    "yarn",
    "yum",
    "zypper",
];

/// Parts of the names of variables that hold lists, options or code.
const LISTS: [&str; 23] = [
    "ARG", "CMD", "COMMAND", "CONF", "DEP", "EXTRA", "FEATURE", "FILES", "FLAG", "LIBS", "LIST", "MODULES",
    "OPT", "PACKAGE", "PARAM", "PKG", "PLUGINS", "SAVED", "SWITCH", "TARGETS", "TOOLS", "URLS", "VERSIONS",
];

/// The last parts of names whose value is one word: a path, a version, an account.
const SINGLE: [&str; 40] = [
    "arch",
    "archive",
    "branch",
    "checksum",
    "commit",
    "dest",
    "dir",
    "dirname",
    "directory",
    "dist",
    "distro",
    "file",
    "filename",
    "folder",
    "gid",
    "group",
    "hash",
    "home",
    "host",
    "hostname",
    "image",
    "os",
    "path",
    "platform",
    "port",
    "prefix",
    "release",
    "root",
    "sha",
    "sha256",
    "tag",
    "target",
    "token",
    "uid",
    "uri",
    "url",
    "user",
    "username",
    "version",
    "workdir",
];

/// Programs that print one word.
const PRINT_ONE: [&str; 13] = [
    "arch",
    "basename",
    "date",
    "dirname",
    "hostname",
    "lsb_release",
    "mktemp",
    "nproc",
    "pwd",
    "readlink",
    "realpath",
    "uname",
    "whoami",
];

/// Whether quotes are certainly intended: the expansion is part of a path or a URL, or its name indicates a single
/// word.
pub(super) fn needs_no_quotes(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let Some(expansion) = subject.text.get(one.start as usize..one.end as usize) else { return false };
    let Some((command, word)) = find_expanded_word(one, subject) else {
        return is_redirection_target(one, subject);
    };
    let takes_lists = command.is_any(&TAKE_LISTS) || {
        let first = command.words.first().map_or("", |word| word.text.as_str());
        TAKE_LISTS.contains(&first.rsplit('/').next().unwrap_or_default())
    };
    let text = subject.text.get(word.span.range()).unwrap_or_default();
    // Another expansion of the word is quoted along with it.
    let holds_list = text.split('$').skip(1).any(|after| names_several_words(leading_name(after)));
    if takes_lists || holds_list || word.span == command.name_span() {
        return false;
    }
    let rest = text.replacen(expansion, "", 1);
    if rest.contains('/') || rest.contains('.') {
        return !text.starts_with('-') || text.contains('=');
    }
    rest.is_empty()
        && (names_single_word(leading_name(expansion.trim_start_matches('$')))
            || prints_single_word(expansion))
}

/// The name after a `$`; empty for a substitution, `@` for anything but a variable.
fn leading_name(after: &str) -> &str {
    let name = after.trim_start_matches('{');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    match name.get(..end) {
        Some(name) if !name.is_empty() => name,
        _ if name.starts_with('(') => "",
        _ => "@",
    }
}

/// Whether the name suggests several words.
fn names_several_words(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "@" || LISTS.iter().any(|list| name.contains(list))
}

fn names_single_word(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let plain = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let last = lower.rsplit('_').next().unwrap_or_default();
    plain && (SINGLE.contains(&last) || SINGLE.iter().any(|word| word.len() > 3 && lower.ends_with(word)))
}

/// Whether the text is a single command that prints one word: `$(nproc)`, `$(basename …)`.
fn prints_single_word(expansion: &str) -> bool {
    let inside = expansion.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    inside.is_some_and(|inside| {
        let program = inside.split_whitespace().next().unwrap_or_default();
        !inside.contains(['|', ';', '&', '\n']) && PRINT_ONE.contains(&program)
    })
}

/// Whether the expansion is in the target of a redirection, which takes one file.
fn is_redirection_target(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> bool {
    let at = Span::new(one.start, one.end);
    subject.script.commands.iter().any(|command| command.redirections.iter().any(|span| span.contains(at)))
}

/// The command and the word that contain the expansion.
fn find_expanded_word<'s>(
    one: &RelativeDiagnostic,
    subject: &'s AnalyzedText<'_>,
) -> Option<(&'s ShellCommand, &'s ShellWord)> {
    let at = Span::new(one.start, one.end);
    subject.script.commands.iter().rev().find_map(|command| {
        let word = command.words.iter().find(|word| word.span.contains(at))?;
        Some((command, word))
    })
}

/// Quotes around the whole word, if it is letters and expansions only: `"$DIR/bin"`, not `"$DIR"/bin`.
pub(super) fn quote_whole_word(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> Option<Vec<Edit>> {
    let (_, word) = find_expanded_word(one, subject)?;
    let text = subject.text.get(word.span.range())?;
    keeps_meaning_in_quotes(text).then(|| vec![Edit::replace(word.span, format!("\"{text}\""))])
}

/// Whether nothing in the word means something else between double quotes.
fn keeps_meaning_in_quotes(text: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '$' if rest.starts_with("$(") => expansion_length(rest, '(', ')'),
            '$' if rest.starts_with("${") => expansion_length(rest, '{', '}'),
            '"' | '\'' | '`' | '\\' | '*' | '?' | '[' | ']' | '{' | '}' | '~' | '!' | '\n' => None,
            _ => Some(c.len_utf8()),
        };
        let Some(after) = length.and_then(|length| rest.get(length..)) else { return false };
        rest = after;
    }
    true
}

/// The length of an expansion; `None` if it contains quotes or escapes.
fn expansion_length(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '\'' | '"' | '`' | '\\' | '\n' => return None,
            _ if c == open => depth += 1,
            _ if c == close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}
