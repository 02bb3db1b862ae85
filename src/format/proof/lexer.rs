//! The tokens of a shell text on one line. Only white space between tokens may differ between two layouts, so quoted
//! text, expansions and substitutions are part of the word that they are in, byte for byte.

/// A word or an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShellToken<'t> {
    pub text: &'t [u8],
    /// Where it begins in the text.
    pub start: usize,
    pub kind: ShellTokenKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShellTokenKind {
    Word,
    /// `&&`, `;`, `|` and similar ones: what ends or joins commands.
    Separator,
    /// `<`, `>` and similar ones, and parentheses.
    ShellOperatorGroup,
    /// From `#` to the end of the text.
    Comment,
}

/// The longest first.
const SEPARATORS: [&[u8]; 9] = [b";;&", b";;", b";&", b"&&", b"||", b"|&", b";", b"|", b"&"];
const OPERATORS: [&[u8]; 18] = [
    b"&>>", b"<<<", b"<<-", b"&>", b"<<", b">>", b"<&", b">&", b"<>", b">|", b"<(", b">(", b"((", b"<", b">",
    b"(", b")", b"\n",
];

/// Splits a text into tokens.
pub(super) fn shell_tokens(text: &[u8]) -> Vec<ShellToken<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if matches!(byte, b' ' | b'\t' | b'\r') {
            at += 1;
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let is_new =
            at == 0 || matches!(text.get(at - 1), Some(b' ' | b'\t' | b';' | b'&' | b'|' | b'(' | b')'));
        let starts = |all: &[&[u8]]| all.iter().find(|one| rest.starts_with(one)).map(|one| one.len());
        let (length, kind) = if *byte == b'#' && is_new {
            (rest.len(), ShellTokenKind::Comment)
        } else if let Some(length) = starts(&OPERATORS[..1]).or_else(|| starts(&OPERATORS[3..4])) {
            (length, ShellTokenKind::ShellOperatorGroup)
        } else if let Some(length) = starts(&SEPARATORS) {
            (length, ShellTokenKind::Separator)
        } else if let Some(length) = starts(&OPERATORS) {
            (length, ShellTokenKind::ShellOperatorGroup)
        } else {
            let length = word_length(rest);
            // `2>` is one token: with a space in it, the number would be an argument.
            let is_descriptor = rest.get(..length).is_some_and(|word| {
                word.iter().all(u8::is_ascii_digit) || (word.starts_with(b"{") && word.ends_with(b"}"))
            });
            match rest.get(length) {
                Some(b'<' | b'>') if is_descriptor => (length + 1, ShellTokenKind::ShellOperatorGroup),
                // A pattern such as `@(a|b)`, or an array.
                Some(b'(') if parenthesis_belongs_to_word(rest.get(..length)) => {
                    (length + 1, ShellTokenKind::Word)
                }
                _ => (length, ShellTokenKind::Word),
            }
        };
        let length = length.max(1);
        found.push(ShellToken { text: rest.get(..length).unwrap_or(rest), start: at, kind });
        at += length;
    }
    found
}

/// Whether a parenthesis right after the word belongs to it.
fn parenthesis_belongs_to_word(word: Option<&[u8]>) -> bool {
    word.and_then(<[u8]>::last).is_some_and(|last| b"?*+@!=".contains(last))
}

/// The length of the word that the text begins with.
fn word_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
            _ => at += quoted_or_byte_length(text.get(at..).unwrap_or_default()),
        }
    }
    at.min(text.len())
}

/// The length of a quotation, an expansion or one byte.
fn quoted_or_byte_length(text: &[u8]) -> usize {
    match text {
        [b'\\', _, ..] => 2,
        [b'\'', rest @ ..] => 1 + length_through_closing_byte(rest, b'\'', false),
        [b'$', b'\'', rest @ ..] => 2 + length_through_closing_byte(rest, b'\'', true),
        [b'"', rest @ ..] => 1 + length_through_closing_byte(rest, b'"', true),
        [b'`', rest @ ..] => 1 + length_through_closing_byte(rest, b'`', true),
        [b'$', b'(', rest @ ..] => 2 + length_through_closing_byte(rest, b')', true),
        [b'$', b'{', rest @ ..] => 2 + length_through_closing_byte(rest, b'}', true),
        [b'$', b'[', rest @ ..] => 2 + length_through_closing_byte(rest, b']', true),
        _ => 1,
    }
}

/// The length up to and including the closing byte. With `nested`, escapes, quotations and expansions in between are
/// skipped, if this kind of quotation can contain them.
fn length_through_closing_byte(text: &[u8], close: u8, nested: bool) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if *byte == close {
            return at + 1;
        }
        let rest = text.get(at..).unwrap_or_default();
        at += match rest {
            _ if !nested => 1,
            [b'\\', _, ..] => 2,
            [b'$', b'(' | b'{', ..] if close != b'\'' => quoted_or_byte_length(rest),
            [b'`', ..] if matches!(close, b'"' | b')' | b'}') => quoted_or_byte_length(rest),
            [b'"', ..] if matches!(close, b')' | b'}' | b'`') => quoted_or_byte_length(rest),
            [b'\'', ..] if close == b')' => quoted_or_byte_length(rest),
            [b'(', inner @ ..] if close == b')' => 1 + length_through_closing_byte(inner, b')', true),
            _ => 1,
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        shell_tokens(text.as_bytes())
            .iter()
            .map(|token| String::from_utf8_lossy(token.text).into_owned())
            .collect()
    }

    #[test]
    fn splits_tokens_like_a_shell() {
        for (text, expected) in [
            ("a  b", vec!["a", "b"]),
            ("a&&b||c;d|e&", vec!["a", "&&", "b", "||", "c", ";", "d", "|", "e", "&"]),
            ("a 'b  c' \"d  $(e  'f)' )\" g", vec!["a", "'b  c'", "\"d  $(e  'f)' )\"", "g"]),
            ("a 2>&1 >b 2 >c", vec!["a", "2>", "&", "1", ">", "b", "2", ">", "c"]),
            ("a &>b &>>c", vec!["a", "&>", "b", "&>>", "c"]),
            ("x=$(a  b)y", vec!["x=$(a  b)y"]),
            ("x=`a  b` ${y:- }", vec!["x=`a  b`", "${y:- }"]),
            ("a\\ b \\; c", vec!["a\\ b", "\\;", "c"]),
            ("a # b  c", vec!["a", "# b  c"]),
            ("a#b $#", vec!["a#b", "$#"]),
            ("( (a) )", vec!["(", "(", "a", ")", ")"]),
            ("((a))", vec!["((", "a", ")", ")"]),
            ("@(a|b)", vec!["@(", "a", "|", "b", ")"]),
            ("case x in a);; esac", vec!["case", "x", "in", "a", ")", ";;", "esac"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }
}
