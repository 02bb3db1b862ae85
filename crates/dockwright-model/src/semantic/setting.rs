//! [`KeyValueSetting`]: a pair of ENV or LABEL, without quotes.

use super::View;
use crate::syntax::{Arguments, Dockerfile, Instruction, KeyValuePair};

/// One `KEY=VALUE`, without quotes and escapes. Variables stay as written.
#[derive(Debug)]
pub struct KeyValueSetting<'i, 's> {
    pub pair: &'i KeyValuePair<'s>,
    pub key: String,
    pub value: String,
}

/// The pairs of an ENV or LABEL, in order; empty for other instructions.
pub fn parse_settings<'i, 's>(
    file: &Dockerfile<'_>,
    instruction: &'i Instruction<'s>,
    view: View,
) -> Vec<KeyValueSetting<'i, 's>> {
    let Arguments::Pairs { pairs, legacy } = &instruction.arguments else { return Vec::new() };
    let verbatim = *legacy && view.rest_of_line_is_verbatim;
    let setting = |pair: &'i KeyValuePair<'s>| KeyValueSetting {
        pair,
        key: unquote(&pair.key.text, file.escape, view),
        value: if verbatim {
            format!("{}{}", pair.value.text, trailing_spaces(file, instruction))
        } else {
            unquote(&pair.value.text, file.escape, view)
        },
    };
    pairs.iter().map(setting).collect()
}

/// The text of USER or WORKDIR. Variables stay as written.
pub fn text_argument(file: &Dockerfile<'_>, instruction: &Instruction<'_>, view: View) -> String {
    let Arguments::Text(word) = &instruction.arguments else { return String::new() };
    if view.rest_of_line_is_verbatim {
        format!("{}{}", word.text, trailing_spaces(file, instruction))
    } else {
        unquote(&word.text, file.escape, view)
    }
}

/// The spaces between the last word and the end of the line.
fn trailing_spaces(file: &Dockerfile<'_>, instruction: &Instruction<'_>) -> String {
    let text = instruction.span.bytes(file.source);
    let spaces = text.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    " ".repeat(spaces)
}

/// Removes quotes and escapes, as the builder does; a missing closing quote is ignored.
pub(super) fn unquote(text: &str, escape: u8, view: View) -> String {
    let escape = char::from(escape);
    let mut plain = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == escape && chars.peek().is_some_and(|next| view.is_escape(quote, *next, escape)) {
            plain.extend(chars.next());
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_are_taken_off() {
        for (text, exact, hadolint) in [
            ("a", "a", "a"),
            ("\"a b\"", "a b", "a b"),
            ("'a \"b\"'", "a \"b\"", "a \"b\""),
            ("a\"b\"'c'", "abc", "abc"),
            (r"a\ b", "a b", "a b"),
            (r#""a\"b""#, "a\"b", "a\"b"),
            (r#""a\\b""#, r"a\b", r"a\\b"),
            (r#""a\nb""#, r"a\nb", r"a\nb"),
            (r"\$a", "$a", r"\$a"),
            (r"'a\b'", r"a\b", r"a\b"),
            (r"a\", "a\\", "a\\"),
            ("\"a", "a", "a"),
            ("", "", ""),
        ] {
            assert_eq!(unquote(text, b'\\', View::Exact), exact, "{text}");
            assert_eq!(unquote(text, b'\\', View::Hadolint), hadolint, "{text}");
        }
    }
}
