//! SC2227: a redirection among the words of `find`. SC3031: a redirection to a wildcard.

use super::{AnalyzedText, RelativeDiagnostic, command_basename};
use crate::ShellCommand;
use dockerfile_syntax::Span;

pub(super) fn check_redirects(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    let last_word = command.words.last().map_or(0, |word| word.span.start);
    for &redirection in &command.redirections {
        if command_basename(command) == Some("find") && redirection.start < last_word {
            subject.report(2227, redirection, found);
        }
        if subject.dialect.is_sh() && is_glob(subject.slice(redirection)) {
            let digits = subject.slice(redirection).bytes().take_while(u8::is_ascii_digit).count();
            let start = redirection.start + u32::try_from(digits).unwrap_or(0);
            subject.report(3031, Span::new(start, redirection.end), found);
        }
    }
}

/// Whether the target of `> a*` has wildcards outside quotes.
fn is_glob(raw: &str) -> bool {
    let target = raw.trim_start_matches(|c: char| c.is_ascii_digit());
    let target = target.strip_prefix(['<', '>']).map(|rest| rest.trim_start_matches(['>', '|', ' ']));
    let Some(target) = target.filter(|rest| !rest.starts_with(['<', '&', '(']) && !rest.starts_with(">("))
    else {
        return false;
    };
    let mut quote = None;
    let mut chars = target.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', Some('"') | None) => drop(chars.next()),
            ('\'' | '"' | '`', None) => quote = Some(c),
            (_, Some(open)) if open == c => quote = None,
            // `$?`, `${a[0]}`, `$(a *)` are not wildcards.
            ('$', None) => return is_glob_after_expansion(chars.collect::<String>().as_str()),
            ('*' | '?', None) => return true,
            ('[', None) => return target.contains(']'),
            _ => {}
        }
    }
    false
}

/// Whether the text after a `$` contains a wildcard; nested expansions are not examined.
fn is_glob_after_expansion(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    name.len() < rest.len() && !name.contains(['$', '(', '{', '"', '\'', '`']) && name.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::is_glob;

    #[test]
    fn wildcards_of_targets() {
        for (raw, expected) in [
            ("> *.log", true),
            ("2>> a?", true),
            ("< [ab]", true),
            ("> $x*", true),
            ("> \"*\"", false),
            ("> \\*", false),
            (">&2", false),
            ("> $x", false),
            ("> ${a[0]}", false),
            ("< <(a *)", false),
            ("<<< *", false),
        ] {
            assert_eq!(is_glob(raw), expected, "{raw}");
        }
    }
}
