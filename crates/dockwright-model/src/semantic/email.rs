//! Mail addresses as hadolint 2.15.1 accepts them: `addr-spec` of RFC 5322, with comments and folding spaces.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, satisfy};
use nom::combinator::{all_consuming, opt, recognize, verify};
use nom::multi::{many0_count, separated_list1};
use nom::sequence::{delimited, pair};
use nom::{IResult, Parser};

/// Whether the text is `local@domain`: the local part at most 64 bytes long, both at most 254, comments and
/// spaces around their parts not counted.
pub(super) fn is_mail_address(text: &str) -> bool {
    let parsed = all_consuming((parse_local_part, char('@'), parse_domain)).parse(text);
    parsed.is_ok_and(|(_, (local, _, domain))| local <= 64 && local + 1 + domain <= 254)
}

/// Parses words with dots between them; returns their length.
fn parse_local_part(input: &str) -> IResult<&str, usize> {
    let atom = take_while1(|c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c));
    let (rest, words) =
        separated_list1(char('.'), parse_surrounded_by_spaces(alt((atom, parse_quoted_local_part))))
            .parse(input)?;
    Ok((rest, joined_length(&words)))
}

fn parse_domain(input: &str) -> IResult<&str, usize> {
    let literal = recognize((
        char('['),
        take_while(|c: char| is_blank(c) || (is_text_character(c) && !matches!(c, '[' | ']' | '\\'))),
        char(']'),
    ));
    alt((parse_surrounded_by_spaces(literal).map(str::len), parse_domain_name)).parse(input)
}

/// Parses labels with dots between them, and perhaps one after them; returns their length.
fn parse_domain_name(input: &str) -> IResult<&str, usize> {
    let label = verify(take_while1(|c: char| c.is_ascii_alphanumeric() || c == '-'), |label: &str| {
        !label.starts_with('-') && !label.ends_with('-') && label.len() <= 63
    });
    let (rest, labels) = separated_list1(char('.'), parse_surrounded_by_spaces(label)).parse(input)?;
    let (rest, _) = opt(char('.')).parse(rest)?;
    Ok((rest, joined_length(&labels)))
}

fn joined_length(parts: &[&str]) -> usize {
    parts.iter().map(|part| part.len() + 1).sum::<usize>().saturating_sub(1)
}

fn parse_quoted_local_part(input: &str) -> IResult<&str, &str> {
    let plain = satisfy(|c| is_blank(c) || (is_text_character(c) && c != '"' && c != '\\'));
    let content = many0_count(alt((plain.map(|_| ()), parse_escaped_character)));
    recognize(delimited(char('"'), content, char('"'))).parse(input)
}

fn parse_escaped_character(input: &str) -> IResult<&str, ()> {
    pair(tag("\\"), satisfy(|c| is_blank(c) || is_text_character(c))).map(|_| ()).parse(input)
}

/// Parses `part` with comments and spaces on both sides.
fn parse_surrounded_by_spaces<'a>(
    part: impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>>,
) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
    let skip = |input| Ok((skip_comments(input), ()));
    delimited(skip, part, skip)
}

/// The text after spaces and comments, which may be nested. An unclosed comment is not skipped.
fn skip_comments(input: &str) -> &str {
    let mut depth = 0usize;
    let mut done = 0;
    let mut chars = input.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '\\' if depth > 0 && chars.next().is_some_and(|(_, c)| is_blank(c) || is_text_character(c)) => {}
            _ if is_blank(c) => {}
            _ if depth > 0 && is_text_character(c) && c != '\\' => {}
            _ => break,
        }
        if depth == 0 {
            done = at + c.len_utf8();
        }
    }
    input.get(done..).unwrap_or_default()
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Printable ASCII and most control characters.
fn is_text_character(c: char) -> bool {
    c.is_ascii() && !matches!(c, '\0' | '\t' | '\n' | '\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::is_mail_address;

    #[test]
    fn accepts_valid_mail_addresses() {
        for text in [
            "a@b",
            "a@b.c",
            "a.b@c",
            "a@b.",
            "\"a b\"@c",
            "\"\"@b",
            "a.\"b\"@c",
            "\"a\".b@c",
            "\"a@b\"@c",
            "\"a\\\"b\"@c",
            "a@[1.2.3.4]",
            "a@[]",
            "a@[x y]",
            "a@[IPv6:::1]",
            "a+b@c",
            "!#$%&'*+-/=?^_`{|}~@b",
            "a(c)@b",
            "a@b(c)",
            "(x)a@b",
            "a((x)(y))@b",
            "a(\\))@b",
            " a@b ",
            "a @ b",
            "a . b@c . d",
            "a@1.2",
            "a@b .",
        ] {
            assert!(is_mail_address(text), "{text}");
        }
    }

    #[test]
    fn rejects_invalid_addresses() {
        for text in [
            "", "a", "@b", "a@", "a..b@c", ".a@b", "a.@b", "a@b..", "a@.b", "a@-b", "a@b-", "a@b-.c",
            "a@b_c", "a b@c", "\"a\"b@c", "<a@b>", "A <a@b>", "a@b@c", "é@b", "a@é", "a,b@c", "a;b@c",
            "a@[1", "a@[a[b]", "a@[1]x", "a(x@c", "a(x)b@c", "\"é\"@b", "\"\\\"@c", "a@b.(c)", "a@b. ",
        ] {
            assert!(!is_mail_address(text), "{text}");
        }
    }

    #[test]
    fn lengths_are_limited() {
        let at = |local: usize, last: usize| {
            format!("{}@{}{}", "a".repeat(local), "bbbbbbbbb.".repeat(24), "b".repeat(last))
        };
        assert!(is_mail_address(&at(1, 12)) && !is_mail_address(&at(1, 13)));
        assert!(
            is_mail_address(&format!("{}@b", "a".repeat(64)))
                && !is_mail_address(&format!("{}@b", "a".repeat(65)))
        );
        assert!(
            is_mail_address(&format!("a@{}", "b".repeat(63)))
                && !is_mail_address(&format!("a@{}", "b".repeat(64)))
        );
    }
}
