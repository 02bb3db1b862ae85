//! SC1001, SC1012, SC1083: needless backslashes, and braces that do not form a group. The embedded analyzer skips the
//! names of commands, and, for backslashes, the patterns of `grep`. SC1011, SC2051: apostrophes that end a string,
//! and ranges with a variable.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::ShellCommand;
use crate::analysis::Dialect;
use dockerfile_syntax::Span;

pub(super) fn check_escapes(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    for (index, word) in command.words.iter().enumerate() {
        let raw = subject.slice(word.span);
        let offset = |at: usize| word.span.start + u32::try_from(at).unwrap_or(0);
        for at in find_inner_apostrophes(raw) {
            subject.report(1011, Span::new(offset(at), offset(at + 1)), found);
        }
        if !raw.contains(['\\', '{', '}']) {
            continue;
        }
        check_variable_in_brace_range(word.span, subject, found);
        let mut report = |code, at: usize, length: usize| {
            subject.report(code, Span::new(offset(at), offset(at + length)), found);
        };
        for at in find_needless_escapes(raw) {
            match raw.as_bytes().get(at..).unwrap_or_default() {
                [b'{' | b'}', ..] if index == 0 => report(1083, at, 1),
                [b'{' | b'}', ..] => {}
                // `\ls` is how an alias is bypassed.
                [b'\\', ..] if at == 0 && index == 0 => {}
                [_, b'n' | b'r' | b't', ..] => report(1012, at, 2),
                _ => {
                    let escaped = raw.get(at + 1..).and_then(|rest| rest.chars().next());
                    report(1001, at, 1 + escaped.map_or(0, char::len_utf8));
                }
            }
        }
    }
}

/// SC2051: `{1..$n}`.
pub(super) fn check_variable_in_brace_range(
    word: Span,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if subject.dialect == Dialect::Bash
        && let Some(at) = find_variable_range(subject.slice(word))
    {
        subject.report(2051, Span::new(word.start + u32::try_from(at).unwrap_or(0), word.end), found);
    }
}

/// Whether the character after a backslash means the same without it.
pub(super) fn is_needless_escape(rest: &str) -> bool {
    const NEED: &str = "\"'\\$`#!?*+@~[]{}.,;&|()<>";
    rest.chars().next().is_some_and(|c| !NEED.contains(c) && !c.is_ascii_whitespace())
}

/// The positions of these backslashes and braces in a word, outside quotes, substitutions and expansions.
fn find_needless_escapes(raw: &str) -> Vec<usize> {
    let mut found = Vec::new();
    // The terminator of each open part.
    let mut open: Vec<u8> = Vec::new();
    let mut before = 0;
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let last = open.last().copied();
        match (byte, last) {
            (_, Some(b'\'')) if byte != b'\'' => {}
            (b'\\', _) => {
                if last.is_none() && is_needless_escape(raw.get(at + 1..).unwrap_or_default()) {
                    found.push(at);
                }
                bytes.next();
            }
            (_, Some(end)) if end == byte => drop(open.pop()),
            (b'\'', Some(b'"')) => {}
            (b'\'' | b'"' | b'`', _) => open.push(byte),
            (b'(', _) if last != Some(b'"') || before == b'$' => open.push(b')'),
            (b'{', _) if before == b'$' || last.is_none() && is_expanded(raw, at) => open.push(b'}'),
            (b'{', None) if raw.as_bytes().get(at + 1) == Some(&b'}') => drop(bytes.next()),
            (b'{' | b'}', None) => found.push(at),
            _ => {}
        }
        before = byte;
    }
    found
}

/// The positions where a single-quoted string ends between two letters: `'it's`.
fn find_inner_apostrophes(raw: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = None;
    let mut before = ' ';
    let mut chars = raw.char_indices();
    while let Some((at, c)) = chars.next() {
        match (c, open) {
            ('\'', Some('\'')) => {
                let after = raw.get(at + 1..).and_then(|rest| rest.chars().next());
                if before.is_alphabetic() && after.is_some_and(char::is_alphabetic) {
                    found.push(at);
                }
                open = None;
            }
            (_, Some('\'')) => {}
            ('\\', _) => drop(chars.next()),
            // A substitution has its own words.
            ('`' | '(', _) => break,
            ('\'', None) if before == '$' => break,
            ('\'' | '"', None) => open = Some(c),
            ('"', Some('"')) => open = None,
            _ => {}
        }
        before = c;
    }
    found
}

/// The start of braces that contain `..` and an expansion: `{1..$n}`.
fn find_variable_range(raw: &str) -> Option<usize> {
    let mut open = None;
    let mut before = ' ';
    for (at, c) in raw.char_indices() {
        match c {
            '\'' | '"' | '`' | '(' => return None,
            '{' if before != '$' && before != '\\' => open = Some(at),
            '}' => {
                let inside = open.and_then(|open| raw.get(open..at)).unwrap_or_default();
                if inside.contains("..") && inside.contains('$') {
                    return open;
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

/// Whether a brace expansion such as `{a,b}` begins at `at`.
fn is_expanded(raw: &str, at: usize) -> bool {
    /// Maximum number of bytes to search, because the search is repeated for every brace.
    const LONGEST: usize = 256;
    let inside = raw.as_bytes().get(at + 1..).unwrap_or_default();
    let end = inside.iter().take(LONGEST).position(|&byte| byte == b'}');
    let inside = end.and_then(|end| inside.get(..end)).unwrap_or_default();
    inside.contains(&b',') || inside.windows(2).any(|pair| pair == b"..")
}

#[cfg(test)]
mod tests {
    use super::{find_inner_apostrophes, find_needless_escapes, find_variable_range};

    #[test]
    fn apostrophes_and_ranges() {
        for (word, expected) in [
            ("'it's", &[3][..]),
            ("'a'1", &[]),
            ("'1'a", &[]),
            ("'a'_", &[]),
            ("\"'a'b\"", &[]),
            ("'a'b'c'd", &[2, 6]),
            ("$'a'b", &[]),
            ("\\'a'b'", &[]),
            ("'a'é", &[2]),
        ] {
            assert_eq!(find_inner_apostrophes(word), expected, "{word}");
        }
        for (word, expected) in [
            ("{1..$n}", Some(0)),
            ("a{$a..$b}", Some(1)),
            ("{1..9}$n", None),
            ("${a}..$b", None),
            ("\"{1..$n}\"", None),
        ] {
            assert_eq!(find_variable_range(word), expected, "{word}");
        }
    }

    #[test]
    fn backslashes_and_braces() {
        for (word, expected) in [
            (r"a\b", &[1][..]),
            (r"\b", &[0]),
            (r".\b\n\.\c", &[1, 3, 7]),
            (r"a\\b", &[]),
            (r"a\é\é", &[1, 4]),
            (r#"'a\b'"c\d"\e"#, &[10]),
            (r"$(a\b)`c\d`\e", &[11]),
            (r"${a:-b\c}\d", &[9]),
            (r"a{b\c,d}e\f", &[9]),
            (r"a{b\c", &[1, 3]),
            (r#""a'b"\c"#, &[5]),
            ("a{b}{}c", &[1, 3]),
            ("${a}}{b,c}{", &[4, 10]),
        ] {
            assert_eq!(find_needless_escapes(word), expected, "{word}");
        }
    }
}
