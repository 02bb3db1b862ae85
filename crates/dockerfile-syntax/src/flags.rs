//! `--name=value` words after the keyword: parsing them, and checking them as BuildKit does.

use nom::bytes::complete::{tag, take_while};
use nom::combinator::peek;
use nom::{IResult, Parser};
use std::ops::Range;

use super::ast::{Flag, Instruction, Kind, Word};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::logical::LogicalLine;
use super::white_space;

/// Reads the leading flags of `range`. Returns them and the start of the rest, which is not trimmed.
///
/// A word is a flag if it begins with two dashes as written. One that is `--` after decoding ends the flags.
pub(super) fn parse_flags<'s>(line: &LogicalLine<'s>, range: Range<usize>) -> (Vec<Flag<'s>>, usize) {
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        let text = line.bytes(at..range.end);
        let Ok((rest, ())) = skip_spaces_before_flag(text) else { break };
        let from = range.end - rest.len();
        let word = DecodedFlag::read(rest);
        at = from + word.len;
        if word.text == "--" {
            break;
        }
        flags.push(build_flag(line, from, &word));
    }
    (flags, at)
}

/// Skips the spaces before a flag.
fn skip_spaces_before_flag(text: &[u8]) -> IResult<&[u8], ()> {
    let (text, _) = take_while(white_space::is_latin1_space).parse(text)?;
    let (text, _) = peek(tag(&b"--"[..])).parse(text)?;
    Ok((text, ()))
}

/// A flag word without quotes and escapes.
struct DecodedFlag {
    text: String,
    /// Length as written.
    len: usize,
    /// The first `=`: in the decoded text, and as written.
    equals: Option<(usize, usize)>,
    /// Whether the decoded text equals the source.
    verbatim: bool,
}

impl DecodedFlag {
    /// BuildKit reads byte by byte, each a Latin-1 character; the escape character is always the backslash,
    /// in single quotes, too.
    fn read(word: &[u8]) -> Self {
        let mut decoded = Self { text: String::new(), len: word.len(), equals: None, verbatim: true };
        let mut quote = None;
        let mut bytes = word.iter().copied().enumerate();
        while let Some((at, byte)) = bytes.next() {
            let byte = match byte {
                b'\\' => {
                    decoded.verbatim = false;
                    match bytes.next() {
                        Some((_, escaped)) => escaped,
                        None => break,
                    }
                }
                b'\'' | b'"' if quote.is_none() => {
                    decoded.verbatim = false;
                    quote = Some(byte);
                    continue;
                }
                _ if quote == Some(byte) => {
                    quote = None;
                    continue;
                }
                _ if quote.is_none() && white_space::is_latin1_space(byte) => {
                    decoded.len = at;
                    break;
                }
                _ => byte,
            };
            if byte == b'=' && decoded.equals.is_none() {
                decoded.equals = Some((decoded.text.len(), at));
            }
            decoded.verbatim &= byte.is_ascii();
            decoded.text.push(char::from(byte));
        }
        decoded
    }
}

fn build_flag<'s>(line: &LogicalLine<'s>, from: usize, word: &DecodedFlag) -> Flag<'s> {
    const DASHES: usize = 2;
    let whole = from..from + word.len;
    let part = |range: Range<usize>, decoded: &str| {
        if word.verbatim { line.word(range) } else { line.decoded_word(&range, decoded.to_string()) }
    };
    let (in_text, written) = word.equals.unwrap_or((word.text.len(), word.len));
    // An escape directly before the `=` belongs to neither the name nor the value.
    let name_end = (from + written).max(from + DASHES);
    let name = part(from + DASHES..name_end, word.text.get(DASHES..in_text).unwrap_or_default());
    let value = word.equals.map(|(in_text, written)| {
        let after = line.bytes(from + written..whole.end).iter().position(|byte| *byte == b'=');
        let start = from + written + after.map_or(0, |at| at + 1);
        part(start..whole.end, word.text.get(in_text + 1..).unwrap_or_default())
    });
    Flag { span: line.span(&whole), name, value }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FlagArity {
    Bool,
    One,
    Many,
}

type FlagTable = &'static [(&'static str, FlagArity)];

/// The flags of an instruction; `None` if BuildKit does not parse them.
const fn flags_of_kind(kind: Kind) -> Option<FlagTable> {
    use FlagArity::{Bool, Many, One};
    Some(match kind {
        Kind::From => &[("platform", One)],
        Kind::Run => &[("mount", Many), ("network", One), ("security", One), ("device", Many)],
        Kind::Copy => &[
            ("from", One),
            ("chown", One),
            ("chmod", One),
            ("link", Bool),
            ("parents", Bool),
            ("exclude", Many),
        ],
        Kind::Add => &[
            ("chown", One),
            ("chmod", One),
            ("link", Bool),
            ("keep-git-dir", Bool),
            ("checksum", One),
            ("unpack", Bool),
            ("exclude", Many),
        ],
        Kind::Healthcheck => &[
            ("interval", One),
            ("timeout", One),
            ("start-period", One),
            ("start-interval", One),
            ("retries", One),
        ],
        Kind::Arg | Kind::Stopsignal | Kind::Unknown => return None,
        _ => &[],
    })
}

/// A flag that BuildKit supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFlag {
    /// Without the dashes.
    pub name: &'static str,
    /// Whether it has no value, or `true` or `false`.
    pub is_bool: bool,
    /// Whether it may be given several times.
    pub repeats: bool,
}

impl Kind {
    /// The flags of the instruction, in the order of BuildKit's reference.
    pub fn flags(self) -> impl Iterator<Item = KnownFlag> {
        flags_of_kind(self).unwrap_or_default().iter().map(|(name, takes)| KnownFlag {
            name,
            is_bool: *takes == FlagArity::Bool,
            repeats: *takes == FlagArity::Many,
        })
    }
}

/// Reports unknown flags, and missing or repeated values.
pub(super) fn check_flags(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    if instruction.kind == Kind::Healthcheck && super::healthcheck::is_disabled(instruction) {
        return;
    }
    let Some(table) = flags_of_kind(instruction.kind) else { return };
    let mut used: Vec<&str> = Vec::new();
    let keyword = instruction.keyword.text.to_ascii_uppercase();
    for flag in &instruction.flags {
        let name = flag.name.text.as_ref();
        let shown = quote_excerpt(&format!("--{name}"));
        let known = table.iter().find(|(known, _)| *known == name);
        let repeated = known.is_some_and(|(known, takes)| *takes != FlagArity::Many && used.contains(known));
        let refuse = |kind, span, message: String| {
            SyntaxError::instruction(span, instruction.span, message).kind(kind)
        };
        let Some((known, takes)) = known else {
            let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
            let message = format!("unknown flag {shown} for `{keyword}`");
            let error = refuse(ErrorKind::UnknownFlag, flag.span, message);
            let mut error = error.suggest_nearest(flag.name.span, name, &names);
            let nearest =
                error.suggestion.as_ref().map(|(_, nearest)| format!("did you mean `--{nearest}`?"));
            let supported: Vec<_> = names.iter().map(|name| format!("`--{name}`")).collect();
            let supported = if supported.is_empty() {
                format!("remove the flag; `{keyword}` supports none")
            } else {
                format!("`{keyword}` supports {}", supported.join(", "))
            };
            error.help = Some(nearest.unwrap_or(supported));
            errors.push(error);
            continue;
        };
        if repeated {
            let message = format!("flag {shown} is given twice");
            errors.push(refuse(ErrorKind::RepeatedFlag, flag.span, message).help("remove one of them"));
            continue;
        }
        if *takes != FlagArity::Many {
            used.push(known);
        }
        match (takes, flag.value.as_ref()) {
            (FlagArity::One | FlagArity::Many, None) => {
                let error = refuse(ErrorKind::FlagValue, flag.span, format!("flag {shown} has no value"));
                errors.push(error.help("add `=` and a value"));
            }
            (FlagArity::Bool, Some(value)) if value.is_empty() => {
                let message = format!("flag {shown} has an empty value");
                errors.push(refuse(ErrorKind::FlagValue, flag.span, message).help("use `true` or `false`"));
            }
            (FlagArity::Bool, Some(value)) if !is_bool(value) => {
                let message = format!("invalid value {} for {shown}", quote_excerpt(&value.text));
                errors.push(refuse(ErrorKind::FlagValue, value.span, message).help("use `true` or `false`"));
            }
            _ => {}
        }
    }
}

fn is_bool(value: &Word<'_>) -> bool {
    ["true", "false"].iter().any(|word| value.text.eq_ignore_ascii_case(word))
}
