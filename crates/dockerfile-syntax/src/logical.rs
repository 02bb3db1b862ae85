//! [`LogicalLine`]: the text of an instruction without continuations, and the way back to the file.

use std::borrow::Cow;
use std::ops::Range;

use super::ast::{Continuation, SkippedLine, Word};
use super::lines::{SourceLine, saturating_offset};
use super::white_space;
use crate::Span;

/// A logical line. Words are ranges of its text; [`LogicalLine::word`] maps them to the file.
pub(super) struct LogicalLine<'s> {
    source: &'s [u8],
    text: Cow<'s, [u8]>,
    /// One for each physical line that adds to the text; never empty, in order.
    pieces: Vec<LinePiece>,
    pub continuations: Vec<Continuation>,
    /// The physical lines, from the first non-blank byte to the end of the last line, without its line end.
    pub span: Span,
}

#[derive(Clone, Copy)]
struct LinePiece {
    /// Where it begins in the text.
    joined: usize,
    /// Where it begins in the file.
    file: usize,
}

impl<'s> LogicalLine<'s> {
    /// Joins `first`, whose text begins after `indent` spaces, with the lines that continue it.
    pub(crate) fn read(
        source: &'s [u8],
        escape: u8,
        first: SourceLine,
        indent: usize,
        mut next: impl FnMut() -> Option<SourceLine>,
    ) -> Self {
        let start = first.text.start as usize + indent;
        let mut line = Self {
            source,
            text: Cow::Borrowed(&[]),
            pieces: Vec::new(),
            continuations: Vec::new(),
            span: Span::new(saturating_offset(start), first.text.end),
        };
        let mut current = first;
        let mut from = start;
        loop {
            let text = source.get(from..current.text.end as usize).unwrap_or_default();
            let escape_at = find_continuation(text, escape);
            line.push(text.get(..escape_at.unwrap_or(text.len())).unwrap_or_default(), from);
            let Some(escape_at) = escape_at else { break };
            let mut continuation = Continuation {
                span: Span::new(saturating_offset(from + escape_at), current.end),
                skipped: Vec::new(),
            };
            let follower = loop {
                let Some(candidate) = next() else { break None };
                line.span.end = candidate.span_end();
                match skip_inner_line(candidate, source) {
                    Some(skip) => continuation.skipped.push(skip),
                    None => break Some(candidate),
                }
            };
            line.continuations.push(continuation);
            let Some(follower) = follower else { break };
            current = follower;
            from = follower.text.start as usize;
        }
        line
    }

    fn push(&mut self, text: &'s [u8], file: usize) {
        self.pieces.push(LinePiece { joined: self.text.len(), file });
        if self.pieces.len() == 1 {
            self.text = Cow::Borrowed(text);
        } else {
            self.text.to_mut().extend_from_slice(text);
        }
    }

    /// The joined text.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn source(&self) -> &'s [u8] {
        self.source
    }

    pub(crate) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.text.get(range).unwrap_or_default()
    }

    /// The piece that contains the byte at `at`.
    fn piece(&self, at: usize) -> LinePiece {
        let after = self.pieces.partition_point(|piece| piece.joined <= at);
        self.pieces.get(after.saturating_sub(1)).copied().unwrap_or(LinePiece { joined: 0, file: 0 })
    }

    /// Where a range of the text is in the file, continuations inside it included. An empty range is
    /// after the byte before it.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        let end = match range.end.checked_sub(1) {
            Some(last) => {
                let piece = self.piece(last);
                piece.file + (last - piece.joined) + 1
            }
            None => self.piece(0).file,
        };
        if range.is_empty() {
            return Span::empty(saturating_offset(end));
        }
        let piece = self.piece(range.start);
        let start = piece.file + (range.start - piece.joined);
        whole_characters(self.source, start, end)
    }

    /// A range of the text as a word; borrowed from the source unless a continuation is inside it.
    pub(crate) fn word(&self, range: Range<usize>) -> Word<'s> {
        let span = self.span(&range);
        let text = if range.is_empty() {
            Cow::Borrowed("")
        } else {
            let (first, last) = (self.piece(range.start), self.piece(range.end - 1));
            if first.joined == last.joined {
                let start = first.file + (range.start - first.joined);
                String::from_utf8_lossy(self.source.get(start..start + range.len()).unwrap_or_default())
            } else {
                Cow::Owned(String::from_utf8_lossy(self.bytes(range)).into_owned())
            }
        };
        Word { text, span }
    }

    /// A word whose text differs from the source.
    pub(crate) fn decoded_word(&self, range: &Range<usize>, text: String) -> Word<'s> {
        Word { text: Cow::Owned(text), span: self.span(range) }
    }
}

/// Extends the span to whole characters. BuildKit splits flags at bytes, which may be inside a character.
fn whole_characters(source: &[u8], start: usize, end: usize) -> Span {
    let start = character_containing_byte(source, start).map_or(start, |around| around.start);
    let end = character_containing_byte(source, end).map_or(end, |around| around.end);
    Span::new(saturating_offset(start), saturating_offset(end))
}

/// The character that contains the byte at `at`, unless it starts there.
fn character_containing_byte(source: &[u8], at: usize) -> Option<Range<usize>> {
    let goes_on = |at: usize| source.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    if !goes_on(at) {
        return None;
    }
    let start = (1..=3).filter_map(|back| at.checked_sub(back)).find(|start| !goes_on(*start))?;
    let (_, len) = white_space::first_char(source.get(start..)?)?;
    (start + len > at).then_some(start..start + len)
}

/// The position of the escape character that continues a line: the last character except for spaces, and not itself
/// escaped.
fn find_continuation(text: &[u8], escape: u8) -> Option<usize> {
    let at = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'))?;
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    (text.get(at) == Some(&escape) && before != Some(&escape)).then_some(at)
}

/// Whether a line inside a continuation adds nothing to the text.
fn skip_inner_line(line: SourceLine, source: &[u8]) -> Option<SkippedLine> {
    let text = line.text.bytes(source);
    match text.get(white_space::leading_white_space(text)) {
        None => Some(SkippedLine { span: line.span(), comment: false }),
        Some(b'#') => Some(SkippedLine { span: line.span(), comment: true }),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::SourceLines;

    fn join(source: &[u8]) -> LogicalLine<'_> {
        let mut lines = SourceLines::new(source, 0);
        let first = lines.next().expect("a line");
        LogicalLine::read(source, b'\\', first, 0, || lines.next())
    }

    #[test]
    fn trailing_escape_continues_line() {
        for (text, at) in [
            ("\\", Some(0)),
            ("x\\", Some(1)),
            ("x\\ \t", Some(1)),
            ("x\\\\", None),
            ("x\\\\\\", None),
            ("\\\\", None),
            ("x\\\u{b}", None),
            ("", None),
        ] {
            assert_eq!(find_continuation(text.as_bytes(), b'\\'), at, "{text:?}");
        }
    }

    #[test]
    fn words_keep_their_spans() {
        let source = b"RUN ab\\  \n# c \\\n\n  cd\\\r\nef g\nUSER x\n";
        let line = join(source);
        assert_eq!(line.text(), b"RUN ab  cdef g");
        let glued = line.word(8..12);
        assert_eq!((glued.text.as_ref(), glued.span.bytes(source)), ("cdef", &b"cd\\\r\nef"[..]));
        let last = line.word(13..14);
        assert!(matches!(last.text, Cow::Borrowed("g")));
        assert_eq!(line.span.bytes(source).last(), Some(&b'g'));
        let skips: Vec<_> = line.continuations.iter().map(|c| c.skipped.len()).collect();
        assert_eq!(skips, [2, 0]);
        assert_eq!(line.span(&(6..6)), Span::empty(6));
    }
}
