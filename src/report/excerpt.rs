//! [`Excerpt`]: the lines of a file that a diagnostic is on, neutralized and not too wide for a screen.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::neutralize::{neutralize, neutralize_with_offsets};
use super::{FileResult, LocatedDiagnostic};
use crate::source::{LineIndex, Span};

/// Maximum length of a line that is shown completely, in bytes.
const LONGEST_LINE: usize = 300;
/// The part of a longer line that is shown before the affected text, in bytes.
const LEAD: usize = 60;
const PART: usize = 200;
/// Maximum number of lines of a span that are shown.
const MAX_LINES: u32 = 8;

/// Some lines of a file, ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    /// Number of the first line shown, from 0.
    first_line: usize,
    /// The position of the diagnostic; line and column from 0.
    position: (usize, usize),
    /// The affected text, in bytes of the excerpt; one range for each line that they are on.
    pub labels: Vec<std::ops::Range<usize>>,
    /// How many lines of the span are not shown.
    pub(crate) hidden_lines: u32,
}

impl Excerpt {
    pub(super) fn new(file: &FileResult, lines: &LineIndex, located: &LocatedDiagnostic) -> Self {
        let span = located.diagnostic.span;
        let (first, last) = lines.first_and_last_line(span);
        let shown_last = last.min(first.saturating_add(MAX_LINES - 1));
        let from = first.saturating_sub(1).max(1);
        let mut excerpt = Self {
            name: neutralize(&file.name).into_owned(),
            text: String::new(),
            first_line: from as usize - 1,
            position: (located.start.line as usize - 1, located.start.column as usize - 1),
            labels: Vec::new(),
            hidden_lines: last - shown_last,
        };
        for line in from..=shown_last.saturating_add(1) {
            let bytes = lines.span_of_line(line, &file.source);
            // The line after the end of the file is only shown if the diagnostic is on it.
            if bytes.is_empty() && line > shown_last {
                break;
            }
            let part = Span::new(span.start.max(bytes.start), span.end.min(bytes.end));
            let concerned = (first..=shown_last).contains(&line).then_some(part);
            excerpt.push_line(bytes, concerned, file);
        }
        if excerpt.labels.is_empty() {
            excerpt.labels.push(0..0);
        }
        excerpt
    }

    /// Appends a line; `concerned` is the part to underline.
    fn push_line(&mut self, line: Span, concerned: Option<Span>, file: &FileResult) {
        let bytes = line.bytes(&file.source).trim_ascii_end();
        let within = |at: u32| (at.saturating_sub(line.start) as usize).min(bytes.len());
        let (mut start, mut end) = concerned.map_or((0, 0), |part| (within(part.start), within(part.end)));
        if concerned.is_some_and(|part| part.start > line.start) || start == end {
            // Unchanged, because the span starts here, or nothing precedes it.
        } else {
            // The line continues the one before: its indentation is not part of the affected text.
            let indent = bytes.len() - bytes.trim_ascii_start().len();
            start = start.max(indent).min(end);
        }
        let (cut, part) = visible_part(bytes, start, end);
        let mut places = [start.saturating_sub(cut).min(part.len()), end.saturating_sub(cut).min(part.len())];
        let mut shown = neutralize_with_offsets(part, &mut places);
        let from = line.start + u32::try_from(cut).unwrap_or(u32::MAX);
        let masked =
            masked_ranges(&file.hidden, Span::new(from, from + u32::try_from(part.len()).unwrap_or(0)));
        let mut bounds: Vec<usize> = masked.into_iter().flatten().collect();
        neutralize_with_offsets(part, &mut bounds);
        mask_excerpt_ranges(&mut shown, &bounds, &mut places);
        let more = cut + part.len() < bytes.len();
        self.text += if cut > 0 { "…" } else { "" };
        let at = self.text.len();
        self.text += &shown;
        self.text += if more { "…\n" } else { "\n" };
        [start, end] = places;
        let empty = concerned.is_some_and(Span::is_empty);
        if concerned.is_some() && (start < end || empty || self.labels.is_empty()) {
            self.labels.push(at + start..at + end);
        }
    }
}

/// The positions of hidden spans within `part`, relative to its start; in ascending order and not overlapping.
fn masked_ranges(hidden: &[Span], part: Span) -> Vec<[usize; 2]> {
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    for span in hidden.iter().filter(|span| span.start < part.end && span.end > part.start) {
        let [start, end] =
            [span.start.max(part.start), span.end.min(part.end)].map(|at| (at - part.start) as usize);
        match ranges.last_mut() {
            Some([_, last]) if start <= *last => *last = end.max(*last),
            _ => ranges.push([start, end]),
        }
    }
    ranges
}

/// Replaces the bytes between each pair of `bounds` with `•`, and adjusts `places`.
fn mask_excerpt_ranges(text: &mut String, bounds: &[usize], places: &mut [usize; 2]) {
    const MASK: &str = "•";
    for pair in bounds.chunks_exact(2).rev() {
        let [start, end] = [pair[0], pair[1]];
        if text.get(start..end).is_none() {
            continue;
        }
        text.replace_range(start..end, &MASK.repeat(end - start));
        for place in places.iter_mut() {
            *place += (MASK.len() - 1) * (*place).min(end).saturating_sub(start);
        }
    }
}

/// The part of a line to show, and its offset in the line.
fn visible_part(line: &[u8], start: usize, end: usize) -> (usize, &[u8]) {
    if line.len() <= LONGEST_LINE {
        return (0, line);
    }
    let mut from = start.saturating_sub(LEAD);
    if end.saturating_sub(start) < PART - LEAD {
        from = from.min(line.len().saturating_sub(PART));
    }
    let inside_character = |at: usize| line.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    while from > 0 && inside_character(from) {
        from -= 1;
    }
    let mut to = (from + PART).min(line.len());
    while inside_character(to) {
        to += 1;
    }
    (from, line.get(from..to).unwrap_or_default())
}

impl SourceCode for Excerpt {
    /// Always the whole excerpt; miette also uses it to find the position of a span without context.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (line, column) = if context_before == 0 { self.position } else { (self.first_line, 0) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            line,
            column,
            self.text.lines().count(),
        )))
    }
}
