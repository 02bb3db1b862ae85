//! Finds, without a grammar, parentheses at which ShellCheck stops and shuck continues.

use super::quotes::{QuoteContext, QuoteTracker};
use super::stop::{ParseStop, skip_spaces};

/// Whether a `(` after this command's only word defines a function.
pub(super) fn may_name_function(word: &str) -> bool {
    !word.contains(['$', '"', '\'', '`'])
}

/// A function whose parentheses, the first of which is at `at`, are not empty. ShellCheck looks for the second
/// one before any brace or line end, and for a body after it.
pub(super) fn stop_at_function_parameters(text: &str, at: usize) -> ParseStop {
    let mut joins = false;
    let end = text.bytes().enumerate().skip(at + 1).find(|&(_, byte)| {
        let joined = std::mem::replace(&mut joins, byte == b'\\');
        matches!(byte, b')' | b'{') || (byte == b'\n' && !joined)
    });
    match end {
        Some((end, b')')) => {
            let rest = text.get(end + 1..).unwrap_or_default();
            let body = skip_spaces(rest);
            if body.starts_with(['{', '(']) {
                ParseStop::with_commands_before(at, 1065)
            } else {
                ParseStop { point: text.len() - body.len(), ..ParseStop::without_commands(at) }
            }
        }
        _ => ParseStop::with_commands_before(at, 1065),
    }
}

/// The position of `(` in the word that begins at `at`, outside of quoted parts and substitutions.
pub(super) fn parenthesis_in_word(text: &str, at: usize) -> Option<usize> {
    let mut quotes = QuoteTracker::default();
    let mut before = b' ';
    for (offset, byte) in text.bytes().enumerate().skip(at) {
        if quotes.context() == QuoteContext::Code && quotes.is_at_top_level() {
            match byte {
                b'(' if before != b'$' => return Some(offset),
                b')' | b';' | b'&' | b'|' | b'<' | b'>' => return None,
                _ if byte.is_ascii_whitespace() => return None,
                _ => {}
            }
        }
        quotes.track_quote_byte(byte);
        before = byte;
    }
    None
}

/// The position after a subshell in a condition at which ShellCheck stops: `if (a).b(c) {`. shuck continues.
pub(super) fn stop_after_subshell(text: &str, limit: usize) -> Option<ParseStop> {
    const STARTS: [&str; 8] = ["if", "elif", "while", "until", "then", "do", "else", "!"];
    const ARITHMETIC: &str = "((";
    let mut quotes = QuoteTracker::default();
    // For each `(`: whether it begins a subshell, and the keyword before it.
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut is_nested = false;
    for (at, byte) in text.bytes().enumerate().take(limit) {
        let is_code = quotes.context() == QuoteContext::Code && !quotes.is_in_double_quotes();
        quotes.track_quote_byte(byte);
        match byte {
            b'(' if is_code => {
                let before = text.get(..at)?.trim_end_matches([' ', '\t', '\r', '\n', '\\']);
                let word = before.rsplit(|c: char| c.is_whitespace() || ";&|(".contains(c)).next();
                let starts = before.ends_with([';', '&', '|', '(']) && !text.get(..at)?.ends_with("$(");
                let word = word.filter(|word| starts || word.is_empty() || STARTS.contains(word));
                is_nested |= word.is_some_and(|word| !word.is_empty());
                let arithmetic = word.is_some() && text.get(..at)?.ends_with('(');
                open.push(if arithmetic { Some(ARITHMETIC) } else { word });
            }
            b')' if is_code => {
                let Some(Some(word)) = open.pop() else { continue };
                let rest = skip_spaces(text.get(at + 1..)?);
                let next = text.len() - rest.len();
                if rest.starts_with('{') && matches!(word, "if" | "elif" | "while" | "until") {
                    return Some(ParseStop::without_commands(next));
                }
                let continues = rest.starts_with(|c: char| !c.is_whitespace() && !";&|)<>{}#(".contains(c));
                if word == ARITHMETIC && continues {
                    return Some(ParseStop::without_commands(next));
                }
                if (is_nested || open.iter().any(Option::is_some)) && continues && next == at + 1 {
                    let stop = ParseStop::without_commands(next);
                    return Some(match parenthesis_in_word(text, next) {
                        Some(point) => ParseStop { code: 1036, point, ..stop },
                        None => ParseStop { code: 1141, ..stop },
                    });
                }
            }
            _ => {}
        }
    }
    None
}

/// Positions of `(` after a word of a command, as far as they can be found without a grammar; at most a few.
pub(super) fn parentheses_after_words(text: &str) -> Vec<usize> {
    const MAX: usize = 8;
    let mut quotes = QuoteTracker::default();
    let mut found = Vec::new();
    let (mut last, mut before) = (b' ', b' ');
    let mut is_first_word = true;
    for (at, byte) in text.bytes().enumerate() {
        let is_code = quotes.context() == QuoteContext::Code && quotes.is_at_top_level();
        let follows_operator =
            matches!(last, b'$' | b'<' | b'>' | b';' | b'&' | b'|' | b'(' | b' ') || before == b'=';
        // The first word of a command is not a pattern, but one of the others may be.
        let may_be_pattern = matches!(before, b'@' | b'?' | b'*' | b'+') && !is_first_word;
        match byte {
            b' ' | b'\t' if !matches!(last, b' ' | b';' | b'&' | b'|' | b'(') => is_first_word = false,
            // A line end without a continuation ends a command, as `;` does.
            b'\n' if before != b'\\' => {
                is_first_word = true;
                last = b';';
            }
            b';' | b'&' | b'|' | b'(' if is_code => is_first_word = true,
            _ => {}
        }
        before = byte;
        if byte == b'(' && is_code && !follows_operator && !may_be_pattern {
            found.push(at);
            if found.len() == MAX {
                break;
            }
        }
        quotes.track_quote_byte(byte);
        if !byte.is_ascii_whitespace() && byte != b'\\' && quotes.context() != QuoteContext::Comment {
            last = byte;
        }
    }
    found
}
