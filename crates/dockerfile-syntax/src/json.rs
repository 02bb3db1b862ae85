//! The JSON arrays of the exec form, as Go's `encoding/json` reads them: strictly.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::one_of;
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::{IResult, Offset, Parser};
use std::ops::Range;

/// Maximum nesting of arrays and objects; Go rejects deeper nesting.
const DEEPEST: usize = 10_000;

/// The result of parsing a text that begins with `[`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonArray {
    /// An array of strings: the place of each, quotes included, and of the brackets.
    Strings { strings: Vec<Range<usize>>, brackets: Range<usize> },
    /// A valid array, but this element of it is not a string.
    Mixed(Range<usize>),
    /// Not JSON, or followed by other text: BuildKit uses the text unchanged.
    Invalid,
}

/// Reads an array that fills the text except for white space.
pub(super) fn parse_array(text: &[u8]) -> JsonArray {
    let Ok((inner, open)) = parse_opening_bracket(text) else { return JsonArray::Invalid };
    let start = text.offset(inner) - open.len();
    let mut elements: Vec<JsonElement> = Vec::new();
    let mut left = inner;
    if let Ok((rest, _)) = parse_byte_after_spaces(b"]").parse(left) {
        return finish_array(text, start, rest, elements);
    }
    loop {
        let at = text.offset(skip_blanks(left));
        let Some((rest, string)) = parse_value(left) else { return JsonArray::Invalid };
        elements.push(JsonElement { range: at..text.offset(rest), string });
        left = rest;
        if let Ok((rest, _)) = parse_byte_after_spaces(b",").parse(left) {
            left = rest;
        } else if let Ok((rest, _)) = parse_byte_after_spaces(b"]").parse(left) {
            return finish_array(text, start, rest, elements);
        } else {
            return JsonArray::Invalid;
        }
    }
}

struct JsonElement {
    range: Range<usize>,
    string: bool,
}

fn finish_array(text: &[u8], start: usize, rest: &[u8], elements: Vec<JsonElement>) -> JsonArray {
    if !skip_blanks(rest).is_empty() {
        return JsonArray::Invalid;
    }
    match elements.iter().find(|element| !element.string) {
        Some(element) => JsonArray::Mixed(element.range.clone()),
        None => JsonArray::Strings {
            strings: elements.into_iter().map(|element| element.range).collect(),
            brackets: start..text.offset(rest),
        },
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    text.get(text.iter().take_while(|byte| is_blank(**byte)).count()..).unwrap_or_default()
}

fn parse_opening_bracket(text: &[u8]) -> IResult<&[u8], &[u8]> {
    tag(&b"["[..]).parse(text)
}

/// Parses one byte, after spaces.
fn parse_byte_after_spaces<'t>(
    byte: &'static [u8],
) -> impl Parser<&'t [u8], Output = &'t [u8], Error = nom::error::Error<&'t [u8]>> {
    nom::sequence::preceded(take_while(is_blank), tag(byte))
}

/// One value, and whether it is a string. Nesting is tracked with a stack instead of recursion.
fn parse_value(text: &[u8]) -> Option<(&[u8], bool)> {
    let mut left = skip_blanks(text);
    if let Ok((rest, _)) = parse_string(left) {
        return Some((rest, true));
    }
    let mut open: Vec<u8> = Vec::new();
    loop {
        left = skip_blanks(left);
        let first = *left.first()?;
        if matches!(first, b'[' | b'{') {
            // The outermost array counts, too.
            if open.len() + 1 >= DEEPEST {
                return None;
            }
            open.push(first);
            left = left.get(1..)?;
            if let Ok((rest, _)) = parse_byte_after_spaces(closing_brackets(first)).parse(left) {
                open.pop();
                left = rest;
            } else {
                if first == b'{' {
                    left = parse_key(left)?;
                }
                continue;
            }
        } else {
            left = parse_scalar(left).ok()?.0;
        }
        // After a value: close the arrays and objects that end here, or continue after a comma.
        loop {
            let Some(container) = open.last().copied() else { return Some((left, false)) };
            if let Ok((rest, _)) = parse_byte_after_spaces(closing_brackets(container)).parse(left) {
                open.pop();
                left = rest;
            } else {
                left = parse_byte_after_spaces(b",").parse(left).ok()?.0;
                if container == b'{' {
                    left = parse_key(left)?;
                }
                break;
            }
        }
    }
}

const fn closing_brackets(open: u8) -> &'static [u8] {
    if open == b'{' { b"}" } else { b"]" }
}

fn parse_key(text: &[u8]) -> Option<&[u8]> {
    let (rest, _) = parse_string(skip_blanks(text)).ok()?;
    Some(parse_byte_after_spaces(b":").parse(rest).ok()?.0)
}

fn parse_scalar(text: &[u8]) -> IResult<&[u8], &[u8]> {
    alt((parse_string, tag(&b"true"[..]), tag(&b"false"[..]), tag(&b"null"[..]), parse_number)).parse(text)
}

fn parse_number(text: &[u8]) -> IResult<&[u8], &[u8]> {
    let digits = || take_while1(|byte: u8| byte.is_ascii_digit());
    recognize((
        opt(tag(&b"-"[..])),
        alt((tag(&b"0"[..]), digits())),
        opt((tag(&b"."[..]), digits())),
        opt((one_of("eE"), opt(one_of("+-")), digits())),
    ))
    .parse(text)
}

fn parse_string(text: &[u8]) -> IResult<&[u8], &[u8]> {
    let plain = take_while1(|byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\');
    let hex = || one_of("0123456789abcdefABCDEF");
    let escape = recognize((
        tag(&b"\\"[..]),
        alt((recognize(one_of("\"\\/bfnrt")), recognize((tag(&b"u"[..]), hex(), hex(), hex(), hex())))),
    ));
    let quote = || tag(&b"\""[..]);
    recognize((quote(), many0_count(alt((plain, escape))), quote())).parse(text)
}

/// The value of a string, from its spelling with quotes. Lone surrogates and bytes that are not UTF-8 become U+FFFD.
/// `None` if it equals the text between the quotes.
pub(super) fn decode_string(spelling: &[u8]) -> Option<String> {
    let inner = spelling.get(1..spelling.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains(&b'\\') {
        return None;
    }
    let mut text = String::new();
    let mut left = inner;
    while !left.is_empty() {
        let plain = left.iter().position(|byte| *byte == b'\\').unwrap_or(left.len());
        let (before, escape) = left.split_at(plain);
        text.push_str(&String::from_utf8_lossy(before));
        let Some(letter) = escape.get(1) else { break };
        let mut len = 2;
        text.push(match letter {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (c, width) = decode_unicode_escape(escape);
                len = width;
                c
            }
            other => char::from(*other),
        });
        left = escape.get(len..).unwrap_or_default();
    }
    Some(text)
}

/// `\uXXXX`, or two of them that are a surrogate pair: the character and the number of bytes read.
fn decode_unicode_escape(escape: &[u8]) -> (char, usize) {
    const ONE: usize = 6;
    let Some(high) = parse_code_unit(escape) else { return (char::REPLACEMENT_CHARACTER, ONE) };
    if let Some(c) = char::from_u32(high) {
        return (c, ONE);
    }
    let low = escape.get(ONE..).and_then(parse_code_unit);
    match low {
        Some(low @ 0xDC00..=0xDFFF) if (0xD800..0xDC00).contains(&high) => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 2 * ONE)
        }
        _ => (char::REPLACEMENT_CHARACTER, ONE),
    }
}

fn parse_code_unit(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Option<Vec<String>> {
        match parse_array(text.as_bytes()) {
            JsonArray::Strings { strings, .. } => Some(
                strings
                    .into_iter()
                    .map(|range| {
                        let spelling = &text[range];
                        decode_string(spelling.as_bytes())
                            .unwrap_or_else(|| spelling[1..spelling.len() - 1].to_string())
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    #[test]
    fn parses_valid_arrays() {
        for (text, expected) in [
            ("[]", vec![]),
            ("[ ] ", vec![]),
            ("[\"\"]", vec![""]),
            ("[\t\"a b\" ,\r\"c\"]", vec!["a b", "c"]),
            (r#"["\u00e9","\/","\"\\\b\f\n\r\t"]"#, vec!["é", "/", "\"\\\u{8}\u{c}\n\r\t"]),
            (r#"["\u0000\ud83d\ude00\ud83dx\ude00"]"#, vec!["\0😀\u{fffd}x\u{fffd}"]),
            (r#"["\ud83d\u0041"]"#, vec!["\u{fffd}A"]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(str::to_string).collect();
            assert_eq!(strings(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn rejects_non_arrays() {
        for text in [
            "",
            "a",
            "[",
            "[a]",
            "['a']",
            "[\"a\",]",
            "[\"a\" \"b\"]",
            "[\"a\"] b",
            "[\"a\tb\"]",
            r#"["c:\d"]"#,
            r#"["\u12"]"#,
            "[\"a",
            "[01]",
            "[1,",
            "[{\"a\"}]",
            "[{\"a\":}]",
            "[,\"a\"]",
            "[[\"a\"]",
            "[tru]",
            "[-]",
        ] {
            assert_eq!(parse_array(text.as_bytes()), JsonArray::Invalid, "{text}");
        }
    }

    #[test]
    fn finds_non_string_elements() {
        for element in [
            "1",
            "-0.5e+3",
            "true",
            "false",
            "null",
            "{}",
            "[]",
            "{\"a\" : [1, {}], \"b\":\"\"}",
            "[[[\"x\"]]]",
        ] {
            let text = format!("[\"a\", {element}]");
            assert_eq!(parse_array(text.as_bytes()), JsonArray::Mixed(6..6 + element.len()), "{element}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(matches!(parse_array(nested(DEEPEST).as_bytes()), JsonArray::Mixed(_)));
        assert_eq!(parse_array(nested(DEEPEST + 1).as_bytes()), JsonArray::Invalid);
        assert_eq!(parse_array("[".repeat(1_000_000).as_bytes()), JsonArray::Invalid);
    }
}
