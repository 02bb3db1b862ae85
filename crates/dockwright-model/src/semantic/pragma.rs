//! [`HadolintPragma`]: the comments that hadolint reads.

use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{all_consuming, opt};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// A comment for hadolint (behavior of hadolint 2.15.1). The whole comment must match, in lower case, with spaces and
/// tabs where hadolint allows them; anything else is an ordinary comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HadolintPragma<'s> {
    /// `hadolint ignore=…`: codes ignored on the next line.
    Line(Vec<&'s str>),
    /// `hadolint stage ignore=…`: from the line after next to the next FROM.
    Stage(Vec<&'s str>),
    /// `hadolint global ignore=…`: in the whole file.
    Global(Vec<&'s str>),
    /// `hadolint shell=…`: the shell of the RUNs that follow.
    Shell(&'s str),
}

impl<'s> HadolintPragma<'s> {
    /// Reads the text of a comment, without its `#`.
    pub fn parse(text: &'s str) -> Option<Self> {
        let text = text.trim_end_matches('\r');
        if !text.trim_start_matches([' ', '\t']).starts_with("hadolint") {
            return None;
        }
        all_consuming(preceded((space0, tag("hadolint"), space1), parse_pragma))
            .parse(text)
            .ok()
            .map(|(_, found)| found)
    }
}

fn parse_pragma(input: &str) -> IResult<&str, HadolintPragma<'_>> {
    let (rest, scope) =
        opt(terminated(nom::branch::alt((tag("stage"), tag("global"))), space1)).parse(input)?;
    if scope.is_none()
        && let Ok((rest, name)) = parse_shell(input)
    {
        return Ok((rest, HadolintPragma::Shell(name)));
    }
    let (rest, codes) = preceded((tag("ignore"), parse_equals_sign), parse_codes).parse(rest)?;
    let pragma = match scope {
        None => HadolintPragma::Line(codes),
        Some("stage") => HadolintPragma::Stage(codes),
        Some(_) => HadolintPragma::Global(codes),
    };
    Ok((rest, pragma))
}

fn parse_equals_sign(input: &str) -> IResult<&str, char> {
    delimited(space0, char('='), space0).parse(input)
}

/// `CODE, CODE # why`.
fn parse_codes(input: &str) -> IResult<&str, Vec<&str>> {
    let code = take_while1(|c: char| matches!(c, 'D' | 'L' | 'S' | 'C' | '0'..='9'));
    let comma = delimited(space0, char(','), space0);
    terminated(separated_list1(comma, code), parse_rest_of_line).parse(input)
}

fn parse_shell(input: &str) -> IResult<&str, &str> {
    let name = take_while1(|c: char| c != ' ' && c != '\t');
    delimited((tag("shell"), parse_equals_sign), name, parse_rest_of_line).parse(input)
}

fn parse_rest_of_line(input: &str) -> IResult<&str, ()> {
    (space0, opt((char('#'), take_while(|_| true)))).map(|_| ()).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_pragmas_like_hadolint() {
        use HadolintPragma::{Global, Line, Shell, Stage};
        for (text, expected) in [
            (" hadolint ignore=DL3006", Some(Line(vec!["DL3006"]))),
            ("hadolint\tignore = DL3006 ,SC2086 # because", Some(Line(vec!["DL3006", "SC2086"]))),
            (" hadolint global ignore=DL3006", Some(Global(vec!["DL3006"]))),
            (" hadolint stage ignore=DL3006", Some(Stage(vec!["DL3006"]))),
            (" hadolint shell=bash", Some(Shell("bash"))),
            (" hadolint shell=/bin/ash # x", Some(Shell("/bin/ash"))),
            (" hadolint shell=/bin/bash -c", None),
            (" hadolint ignore=DL3006 DL3007", None),
            (" hadolint ignore=DL3006,", None),
            (" hadolint ignore=dl3006", None),
            (" hadolint ignore: DL3006", None),
            (" Hadolint ignore=DL3006", None),
            ("# hadolint ignore=DL3006", None),
            (" see hadolint ignore=DL3006", None),
            (" hadolint ignore=", None),
        ] {
            assert_eq!(HadolintPragma::parse(text), expected, "{text}");
        }
    }
}
