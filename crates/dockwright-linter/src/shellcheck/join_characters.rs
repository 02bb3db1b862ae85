//! The text of an instruction as hadolint 2.15.1 joins its lines.

use crate::source::Span;
use crate::syntax::Continuation;

/// The characters at `span`, each with its bytes in the file. A continuation is omitted, and all spaces at the start
/// of the next line become one; several continuations in a row are treated as one. An escape character at the end of
/// the file joins nothing. A line end is `\n`, and bytes that are not UTF-8 are U+FFFD.
pub(super) fn join_characters(
    source: &[u8],
    span: Span,
    continuations: &[Continuation],
) -> Vec<(char, Span)> {
    let mut characters = Vec::new();
    let mut blank = None;
    let mut at = span.start;
    for continuation in continuations {
        let start = continuation.span.start;
        let breaks = continuation.span.bytes(source).ends_with(b"\n");
        if !breaks || start < at || start >= span.end {
            continue;
        }
        if start > at {
            characters.extend(blank.take());
            push_characters(&mut characters, source, Span::new(at, start));
        }
        at = continuation.skipped.last().map_or(continuation.span, |line| line.span).end.min(span.end);
        let rest = Span::new(at, span.end).bytes(source);
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let next = at + u32::try_from(spaces).unwrap_or(0);
        if next > at {
            blank.get_or_insert((' ', Span::new(at, next)));
        }
        at = next;
    }
    characters.extend(blank);
    push_characters(&mut characters, source, Span::new(at, span.end));
    characters
}

fn push_characters(characters: &mut Vec<(char, Span)>, source: &[u8], span: Span) {
    let mut at = span.start;
    let mut add = |character: char, length: usize| {
        let end = at.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        characters.push((character, Span::new(at, end)));
        at = end;
    };
    for chunk in span.bytes(source).utf8_chunks() {
        let mut valid = chunk.valid().chars().peekable();
        while let Some(character) = valid.next() {
            if character == '\r' && valid.next_if_eq(&'\n').is_some() {
                add('\n', 2);
            } else {
                add(character, character.len_utf8());
            }
        }
        if !chunk.invalid().is_empty() {
            add(char::REPLACEMENT_CHARACTER, chunk.invalid().len());
        }
    }
}
