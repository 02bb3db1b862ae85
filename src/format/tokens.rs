//! [`Tokens`]: the pieces of one instruction, and the gaps between them.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Span;
use crate::syntax::Instruction;

/// A piece of an instruction that is printed as it is.
#[derive(Debug, Clone)]
pub(super) struct Token<'s> {
    pub text: Cow<'s, str>,
    /// Where it is in the file.
    pub span: Span,
    /// Whether a space precedes it if the previous token is on the same line.
    pub space: bool,
}

/// The tokens of an instruction, with facts about ranges of them.
#[derive(Debug)]
pub(super) struct Tokens<'s> {
    source: &'s str,
    list: Vec<Token<'s>>,
    /// The comment lines in the continuations of the instruction, in order.
    comments: Vec<(u32, &'s str)>,
    /// The positions of continuations.
    breaks: Vec<u32>,
    /// The positions of lines that are empty or contain only a continuation.
    gaps: Vec<u32>,
    /// The continuations, each with the comments and empty lines after it.
    skipped: Vec<Span>,
    /// For each token: the columns of all tokens before it, if printed on one line.
    columns: Vec<usize>,
    /// For each token: how many before it extend over several lines.
    multiline: Vec<usize>,
}

impl<'s> Tokens<'s> {
    pub(super) fn new(source: &'s str, instruction: &Instruction<'_>) -> Self {
        let mut comments = Vec::new();
        for line in instruction.continuations.iter().flat_map(|one| &one.skipped).filter(|line| line.comment)
        {
            let text = source.get(line.span.range()).unwrap_or_default();
            comments.push((line.span.start, text.trim()));
        }
        let breaks = instruction.continuations.iter().map(|one| one.span.start).collect();
        let mut gaps = Vec::new();
        let mut end = u32::MAX;
        for one in &instruction.continuations {
            let before = source.get(end as usize..one.span.start as usize);
            if before.is_some_and(|text| text.trim().is_empty()) {
                gaps.push(end);
            }
            gaps.extend(one.skipped.iter().filter(|line| !line.comment).map(|line| line.span.start));
            end = one.skipped.last().map_or(one.span, |line| line.span).end;
        }
        let whole = instruction
            .continuations
            .iter()
            .map(|one| one.skipped.last().map_or(one.span, |line| one.span.enclosing_span(line.span)));
        Self {
            source,
            list: Vec::new(),
            comments,
            breaks,
            gaps,
            skipped: whole.collect(),
            columns: vec![0],
            multiline: vec![0],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The token at an index. An index past the end gives the last one.
    pub(super) fn get(&self, at: usize) -> &Token<'s> {
        &self.list[at.min(self.list.len() - 1)]
    }

    /// The text at a span.
    pub(super) fn source_at(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// Adds the text at a span as it is in the file.
    pub(super) fn push(&mut self, span: Span, space: bool) -> usize {
        let text = Cow::Borrowed(self.source_at(span));
        self.push_token(Token { text, span, space })
    }

    pub(super) fn push_token(&mut self, token: Token<'s>) -> usize {
        let first = first_line(&token.text);
        let is_multiline = first.len() != token.text.len();
        let last = |sums: &[usize]| sums.last().copied().unwrap_or(0);
        self.columns.push(last(&self.columns) + text_width(first) + usize::from(token.space));
        self.multiline.push(last(&self.multiline) + usize::from(is_multiline));
        self.list.push(token);
        self.list.len() - 1
    }

    /// Adds the comma between the last token and the one that begins at `next`; `None` if there is none.
    pub(super) fn push_comma(&mut self, next: u32) -> Option<usize> {
        let end = self.list.last()?.span.end;
        let mut at = end;
        while at < next {
            let inside = self.skipped.iter().find(|skipped| skipped.contains(Span::new(at, at + 1)));
            if let Some(skipped) = inside {
                at = skipped.end;
            } else if self.source.as_bytes().get(at as usize) == Some(&b',') {
                return Some(self.push(Span::new(at, at + 1), false));
            } else {
                at += 1;
            }
        }
        None
    }

    /// The columns of a range on one line, without the space before it.
    pub(super) fn width(&self, range: &Range<usize>) -> usize {
        let at = |index: usize| self.columns.get(index).copied().unwrap_or(0);
        let space = self.list.get(range.start).is_some_and(|token| token.space);
        at(range.end).saturating_sub(at(range.start)).saturating_sub(usize::from(space))
    }

    /// Whether a token of the range extends over several lines.
    pub(super) fn is_multiline(&self, range: &Range<usize>) -> bool {
        let at = |index: usize| self.multiline.get(index).copied().unwrap_or(0);
        at(range.end) > at(range.start)
    }

    /// Whether the author continued the line between two tokens of the range.
    pub(super) fn is_continued_by_author(&self, range: &Range<usize>) -> bool {
        let mut gaps = range.start + 1..range.end;
        gaps.any(|at| self.is_broken_before(at))
    }

    /// Whether the author continued the line before this token.
    pub(super) fn is_broken_before(&self, at: usize) -> bool {
        let (Some(before), Some(token)) =
            (at.checked_sub(1).and_then(|at| self.list.get(at)), self.list.get(at))
        else {
            return false;
        };
        let from = self.breaks.partition_point(|start| *start < before.span.end);
        self.breaks.get(from).is_some_and(|start| *start < token.span.start)
    }

    /// Whether the author left a line empty in a range of bytes, before the comments there.
    pub(super) fn has_empty_line_before_comments(&self, start: u32, end: u32) -> bool {
        let end = self.comments_between(start, end).first().map_or(end, |(comment, _)| *comment);
        self.has_empty_line(start, end)
    }

    /// Whether the author left a line empty in a range of bytes.
    pub(super) fn has_empty_line(&self, start: u32, end: u32) -> bool {
        let from = self.gaps.partition_point(|at| *at < start);
        self.gaps.get(from).is_some_and(|at| *at < end)
    }

    /// Whether the range can only be printed on several lines: it has comments, or multi-line tokens.
    pub(super) fn needs_several_lines(&self, range: &Range<usize>) -> bool {
        self.is_multiline(range) || {
            let start = self.list.get(range.start).map_or(0, |token| token.span.end);
            let end =
                range.end.checked_sub(1).and_then(|at| self.list.get(at)).map_or(0, |last| last.span.start);
            !self.comments_between(start, end).is_empty()
        }
    }

    /// The comments that begin in a range of bytes.
    pub(super) fn comments_between(&self, start: u32, end: u32) -> &[(u32, &'s str)] {
        let from = self.comments.partition_point(|(at, _)| *at < start);
        let to = self.comments.partition_point(|(at, _)| *at < end);
        self.comments.get(from..to).unwrap_or_default()
    }
}

/// The columns that a text takes.
pub(super) fn text_width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { unicode_width::UnicodeWidthStr::width(text) }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}
