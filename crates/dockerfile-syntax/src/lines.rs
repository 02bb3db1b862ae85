//! Physical lines: only LF ends one; CR and LF bytes at its end are not part of its text.

use super::white_space;
use crate::Span;

/// Longest line that BuildKit's scanner accepts, in bytes; an LF does not count, a CR does.
pub(super) const LONGEST: usize = 65_535;

/// One line of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceLine {
    /// Its text, without line end.
    pub text: Span,
    /// After its line end.
    pub end: u32,
}

impl SourceLine {
    /// The whole line, line end included.
    pub(crate) fn span(self) -> Span {
        Span::new(self.text.start, self.end)
    }

    /// The end of a span whose last line is this one: before the line end, or after it if the line is empty,
    /// so that the span includes the line.
    pub(crate) fn span_end(self) -> u32 {
        if self.text.is_empty() { self.end } else { self.text.end }
    }
}

/// Walks the lines of a file.
pub(super) struct SourceLines<'s> {
    source: &'s [u8],
    at: usize,
}

impl<'s> SourceLines<'s> {
    pub(crate) fn new(source: &'s [u8], at: usize) -> Self {
        Self { source, at }
    }
}

impl Iterator for SourceLines<'_> {
    type Item = SourceLine;

    fn next(&mut self) -> Option<SourceLine> {
        let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
        let len = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let text = white_space::length_without_line_end(rest.get(..len).unwrap_or_default());
        let start = self.at;
        self.at += len;
        Some(SourceLine {
            text: Span::new(saturating_offset(start), saturating_offset(start + text)),
            end: saturating_offset(self.at),
        })
    }
}

/// An index as a byte offset. Files of 4 GiB and more are not supported.
pub(super) fn saturating_offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
