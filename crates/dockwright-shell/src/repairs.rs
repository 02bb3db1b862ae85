//! [`repair_candidates`]: rewrites text that shuck cannot parse, with the same length.

use super::quotes::{QuoteContext, QuoteTracker};

/// A text that the parser accepts, with the same meaning as the text in the file.
pub(super) struct RepairedText {
    /// The text to parse.
    pub text: String,
    /// The text as it is in the file.
    pub shown: String,
    /// Where a `}` is part of a word, in bytes, in order.
    pub braces: Vec<usize>,
}

/// Rewritten versions of the text, the smallest change first; none if there is nothing to change.
pub(super) fn repair_candidates(text: &str) -> impl Iterator<Item = RepairedText> {
    let plain = with_plain_comments(text);
    let text = plain.as_deref().unwrap_or(text);
    let joined = replace_joins_after_branches(text);
    let shown = joined.clone().unwrap_or_else(|| text.to_owned());
    let braces = find_literal_braces(text);
    let mut bytes = shown.clone().into_bytes();
    for &at in &braces {
        bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = b'_');
    }
    let second = String::from_utf8(bytes).ok().filter(|_| !braces.is_empty());
    let unbraced = |text: String| RepairedText { text: text.clone(), shown: text, braces: Vec::new() };
    let first = plain.clone().map(unbraced).into_iter().chain(joined.map(unbraced));
    first.chain(second.map(|text| RepairedText { text, shown, braces }))
}

/// The text with `_` instead of each special character in comments, if there are any: shuck looks for the end of
/// groups in comments, too, and a `\\` at the end of a comment does not join lines.
fn with_plain_comments(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut quotes = QuoteTracker::default();
    let mut changed = false;
    for byte in &mut bytes {
        let within = quotes.context();
        quotes.track_quote_byte(*byte);
        if within == QuoteContext::Comment && b"(){}[]<>\"'`$\\;&|!#".contains(byte) {
            *byte = b'_';
            changed = true;
        }
    }
    if changed { String::from_utf8(bytes).ok() } else { None }
}

/// The text with spaces instead of the line continuations after `;;`, if it has any: in a substitution, shuck does
/// not recognize `esac` after them.
fn replace_joins_after_branches(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut after_branch = false;
    let mut changed = false;
    for at in 0..bytes.len() {
        match bytes.get(at..) {
            Some([b';', b';', ..]) => after_branch = true,
            Some([b';' | b' ' | b'\t', ..]) => {}
            Some([b'\\', b'\n', ..]) if after_branch => {
                changed = true;
                bytes.iter_mut().skip(at).take(2).for_each(|byte| *byte = b' ');
            }
            _ => after_branch = false,
        }
    }
    if changed { String::from_utf8(bytes).ok() } else { None }
}

/// Each `}` in a word that does not close anything: shuck ends the word there.
fn find_literal_braces(text: &str) -> Vec<usize> {
    let mut quotes = QuoteTracker::default();
    let mut found = Vec::new();
    // Open `{` in this word, and open `${` in total.
    let (mut groups, mut expansions) = (0_usize, 0_usize);
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate() {
        let is_code = quotes.context() == QuoteContext::Code && !quotes.is_in_double_quotes();
        quotes.track_quote_byte(byte);
        match byte {
            _ if !is_code => {}
            b'{' if before == b'$' => expansions += 1,
            b'{' if expansions == 0 => groups += 1,
            b'}' if expansions > 0 => expansions -= 1,
            b'}' if groups > 0 => groups -= 1,
            b'}' if !ends_shell_word(before) => found.push(at),
            _ if expansions == 0 && ends_shell_word(byte) => groups = 0,
            _ => {}
        }
        before = byte;
    }
    found
}

fn ends_shell_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b'&' | b'|' | b'(' | b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::find_literal_braces;

    #[test]
    fn braces_in_words() {
        for (text, expected) in [
            ("a b} c", &[3][..]),
            ("a b}}", &[3, 4]),
            ("a b}c", &[3]),
            ("a 'b'} \"c\"}", &[5, 10]),
            ("a $b} ${c}}", &[4, 10]),
            ("a $(b)}", &[6]),
            ("{ a b}; c; }", &[5]),
            ("a {b} {c,d} {e{f}}", &[]),
            ("a }; { b; }", &[]),
            ("a ${b:-c d}", &[]),
            ("a 'b}' \"c}\" \\} #d}", &[]),
            ("a \"${b}\" \"$(c d})\"", &[15]),
        ] {
            assert_eq!(find_literal_braces(text), expected, "{text}");
        }
    }
}
