//! Parser directives: `# escape=…`, `# syntax=…`, `# check=…` in an unbroken run from the top of the file.
//!
//! BuildKit looks for them twice. While it parses, line by line, it looks for `escape`; before that, over the raw
//! bytes, `syntax` and `check`. The search over the raw bytes skips a first line `#!…` and ignores indented
//! directives.

use nom::bytes::complete::{tag, take_while};
use nom::character::complete::satisfy;
use nom::combinator::recognize;
use nom::{IResult, Offset, Parser};

use super::ast::{Comment, Directive, DirectiveKind, Node, Word};
use super::check_options::CheckOptions;
use super::error::{ErrorKind, FrontendPhase, SyntaxError, quote_excerpt};
use super::lines::{SourceLine, saturating_offset};
use super::white_space;
use crate::Span;

/// The state of both searches.
pub(super) struct DirectiveSearch {
    parsing: bool,
    scanning: bool,
    /// The keys seen by each search.
    parsed: Vec<DirectiveKind>,
    scanned: Vec<DirectiveKind>,
    first: bool,
}

impl DirectiveSearch {
    pub(crate) fn new() -> Self {
        Self { parsing: true, scanning: true, parsed: Vec::new(), scanned: Vec::new(), first: true }
    }

    /// Records a line that is not a comment: directives end here.
    pub(crate) fn stop_directive_search(&mut self) {
        self.parsing = false;
        self.scanning = false;
    }

    /// Reads a comment line, `indent` bytes of which are spaces. An `escape` directive sets `escape`.
    pub(crate) fn read<'s>(
        &mut self,
        source: &'s [u8],
        line: SourceLine,
        indent: usize,
        before: Option<Span>,
        escape: &mut u8,
        errors: &mut Vec<SyntaxError>,
    ) -> Node<'s> {
        let start = line.text.start + saturating_offset(indent);
        let span = Span::new(start, line.text.end);
        let text = span.bytes(source);
        let shebang = std::mem::take(&mut self.first) && indent == 0 && text.starts_with(b"#!");
        let Some(found) = parse_directive(text, b"#", start).filter(|_| self.parsing || self.scanning) else {
            self.parsing = false;
            self.scanning &= shebang;
            let text = String::from_utf8_lossy(text.get(1..).unwrap_or_default());
            return Node::Comment(Comment { span, text, indented: indent > 0 });
        };
        let kind = found.kind;
        let scanned = self.scanning && indent == 0 && !self.scanned.contains(&kind);
        self.scanning = scanned;
        if scanned {
            self.scanned.push(kind);
        }
        let repeated = self.parsing && self.parsed.contains(&kind);
        if repeated {
            // BuildKit counts a line after reading it, so the error has no line yet.
            errors.push(
                SyntaxError::new(
                    FrontendPhase::Parse,
                    span,
                    before,
                    format!("parser directive `{}` is set twice", found.key.text),
                )
                .help("remove one of them"),
            );
        } else if self.parsing {
            self.parsed.push(kind);
        }
        match kind {
            DirectiveKind::Escape if self.parsing && !repeated => match found.value.text.as_ref() {
                "`" => *escape = b'`',
                "\\" => *escape = b'\\',
                value => errors.push(
                    SyntaxError::new(
                        FrontendPhase::Parse,
                        found.value.span,
                        before,
                        format!("invalid escape character {}", quote_excerpt(value)),
                    )
                    .help("use a backslash or a backtick")
                    .kind(ErrorKind::EscapeDirective),
                ),
            },
            DirectiveKind::Check if scanned => {
                if let Err(fault) = CheckOptions::parse(&found.value.text) {
                    let span = found.value.span_of_range(fault.range, source);
                    let error = SyntaxError::new(FrontendPhase::Directives, span, None, fault.message);
                    errors.push(error.help(fault.help));
                }
            }
            _ => {}
        }
        let is_effective = if kind == DirectiveKind::Escape { self.parsing && !repeated } else { scanned };
        if !self.parsing && !is_effective {
            let text = String::from_utf8_lossy(text.get(1..).unwrap_or_default());
            return Node::Comment(Comment { span, text, indented: indent > 0 });
        }
        let comment = !self.parsing;
        Node::Directive(Directive { kind, span, key: found.key, value: found.value, is_effective, comment })
    }
}

pub(super) struct FoundDirective<'s> {
    pub kind: DirectiveKind,
    pub key: Word<'s>,
    pub value: Word<'s>,
}

/// `# key = value`, if the key is one of the three; `mark` is the `#`.
pub(super) fn parse_directive<'s>(line: &'s [u8], mark: &[u8], start: u32) -> Option<FoundDirective<'s>> {
    let (_, (key, value)) = key_value(line, mark).ok()?;
    let kind = match key.to_ascii_lowercase().as_slice() {
        b"escape" => DirectiveKind::Escape,
        b"syntax" => DirectiveKind::Syntax,
        b"check" => DirectiveKind::Check,
        _ => return None,
    };
    let word = |part: &'_ [u8]| {
        let at = start + saturating_offset(line.offset(part));
        Span::new(at, at + saturating_offset(part.len()))
    };
    Some(FoundDirective {
        kind,
        key: Word { text: String::from_utf8_lossy(key), span: word(key) },
        value: Word { text: String::from_utf8_lossy(value), span: word(value) },
    })
}

fn key_value<'s>(line: &'s [u8], mark: &[u8]) -> IResult<&'s [u8], (&'s [u8], &'s [u8])> {
    let (text, _) = tag(mark).parse(line)?;
    let text = text.get(white_space::leading_white_space(text)..).unwrap_or_default();
    let spaces = || take_while(white_space::is_regex_space);
    let (text, key) = recognize((
        satisfy(|c| c.is_ascii_alphabetic()),
        take_while(|byte: u8| byte.is_ascii_alphanumeric()),
    ))
    .parse(text)?;
    let (after_equals, _) = (spaces(), tag(&b"="[..])).parse(text)?;
    let (rest, _) = spaces().parse(after_equals)?;
    let kept = rest.iter().rposition(|byte| !white_space::is_regex_space(*byte)).map_or(0, |at| at + 1);
    // If only spaces follow, BuildKit's regular expression matches the last one as the value.
    let value =
        if kept > 0 { rest.get(..kept) } else { after_equals.last_chunk::<1>().map(|last| &last[..]) };
    match value {
        Some(value) => Ok((b"", (key, value))),
        None => Err(nom::Err::Error(nom::error::Error::new(rest, nom::error::ErrorKind::Eof))),
    }
}
