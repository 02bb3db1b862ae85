//! The words of ENV, LABEL and ARG: white space separates them, except in quotes.

use std::ops::Range;

use super::white_space;

/// The words of a text, quotes and escapes as written. An unterminated quote runs to the end; an escape character at
/// the end of the text is dropped.
pub(super) fn split_quoted(text: &[u8], escape: u8) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at += white_space::leading_white_space(text.get(at..).unwrap_or_default());
        if at >= text.len() {
            return words;
        }
        let word = take_word(text, at, escape);
        at = word.next;
        if word.end > word.start {
            words.push(word.start..word.end);
        }
    }
}

struct Word {
    start: usize,
    end: usize,
    next: usize,
}

fn take_word(text: &[u8], start: usize, escape: u8) -> Word {
    let mut quote = None;
    let mut at = start;
    while let Some((c, len)) = text.get(at..).and_then(white_space::first_char) {
        match (quote, c) {
            (None | Some('"'), c) if c == char::from(escape) => {
                let escaped = text.get(at + len..).and_then(white_space::first_char);
                let Some((_, width)) = escaped else { return Word { start, end: at, next: text.len() } };
                at += width;
            }
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c.is_whitespace() => return Word { start, end: at, next: at + len },
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        at += len;
    }
    Word { start, end: at, next: at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        for (text, expected) in [
            ("a  b\t c", vec!["a", "b", "c"]),
            (r"a\ b", vec![r"a\ b"]),
            (r#"a='x\' b="y\"z" c=p\ q"#, vec![r"a='x\'", r#"b="y\"z""#, r"c=p\ q"]),
            ("'a b", vec!["'a b"]),
            ("\"a b\"c d", vec!["\"a b\"c", "d"]),
            ("a\u{3000}é\u{a0}b", vec!["a", "é", "b"]),
            ("a b\\", vec!["a", "b"]),
            ("a \\", vec!["a"]),
            ("\\\"a b\"", vec!["\\\"a", "b\""]),
            ("", vec![]),
        ] {
            let words: Vec<_> =
                split_quoted(text.as_bytes(), b'\\').into_iter().map(|range| &text[range]).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}
