//! Heredoc bodies: the lines after a logical line, up to their terminators.

use std::borrow::Cow;
use std::ops::Range;

use super::ast::{Arguments, CommandLine, Heredoc, Instruction, Kind};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::heredoc_words::{self, Delimiter};
use super::lines::SourceLine;
use super::logical::LogicalLine;
use crate::Span;

/// Whether BuildKit looks for heredocs: in RUN, COPY and ADD that are not JSON arrays.
pub(super) fn may_have_heredocs(instruction: &Instruction<'_>) -> bool {
    match &instruction.arguments {
        Arguments::Command(CommandLine::Shell(_)) => instruction.kind == Kind::Run,
        Arguments::Paths(paths) => !paths.exec,
        _ => false,
    }
}

/// The operators of a whole logical line, in order.
pub(super) fn find_operators(line: &LogicalLine<'_>) -> Vec<(Range<usize>, Delimiter)> {
    let text = line.text();
    if !text.windows(2).any(|pair| pair == b"<<") {
        return Vec::new();
    }
    let words = heredoc_words::split_words(text).unwrap_or_default();
    words.into_iter().filter_map(|word| Some((word.clone(), Delimiter::parse(line.bytes(word))?))).collect()
}

/// Reads the bodies. Returns them and the span of the instruction, extended to the end of the last body.
pub(super) fn read_heredoc_bodies<'s>(
    line: &LogicalLine<'s>,
    mut next: impl FnMut() -> Option<SourceLine>,
    errors: &mut Vec<SyntaxError>,
) -> (Vec<Heredoc<'s>>, Span) {
    let source = line.source();
    let mut span = line.span;
    let mut heredocs = Vec::new();
    let mut complete = true;
    for (word, delimiter) in find_operators(line) {
        let operator = line.span(&word);
        let mut body: Option<Span> = None;
        let mut terminator = None;
        while let Some(candidate) = next() {
            if ends_heredoc(candidate.text.bytes(source), &delimiter) {
                span.end = candidate.text.end;
                terminator = Some(candidate.text);
                break;
            }
            span.end = candidate.end;
            body = Some(body.map_or(candidate.span(), |body| body.enclosing_span(candidate.span())));
        }
        let end = terminator.map_or(span.end, |terminator| terminator.start);
        let body = body.unwrap_or(Span::empty(end));
        if terminator.is_none() && std::mem::take(&mut complete) {
            let message = format!("heredoc {} has no end", quote_excerpt(&delimiter.name));
            let help = format!("add a line that contains only {}", quote_excerpt(&delimiter.name));
            let error = SyntaxError::parse(operator, span, message).help(help);
            errors.push(error.kind(ErrorKind::UnterminatedHeredoc));
        }
        heredocs.push(Heredoc {
            operator,
            name: Cow::Owned(delimiter.name),
            expand: delimiter.expand,
            chomp: delimiter.chomp,
            body,
            terminator: terminator.unwrap_or(Span::empty(end)),
        });
    }
    (heredocs, span)
}

fn ends_heredoc(line: &[u8], delimiter: &Delimiter) -> bool {
    let tabs = if delimiter.chomp { line.iter().take_while(|byte| **byte == b'\t').count() } else { 0 };
    line.get(tabs..) == Some(delimiter.name.as_bytes())
}
