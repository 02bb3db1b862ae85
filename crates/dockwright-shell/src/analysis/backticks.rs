//! [`PlainSubstitutions`]: backticks with escapes inside, written as `$( … )`.
//!
//! A shell removes one level of backslashes from the text between backticks before it parses the text and finds
//! nested backticks. The embedded analyzer does not do this, so it gets a text in which it is done. ShellCheck counts
//! columns in the text without these backslashes.

use super::{RelativeDiagnostic, codes};
use crate::quotes::QuoteTracker;
use dockerfile_syntax::Span;
use dockwright_diagnostic::Fix;

/// Maximum nesting of backticks.
const DEEPEST: usize = 8;

/// A text with the same meaning, without backticks.
pub(super) struct PlainSubstitutions {
    pub text: String,
    /// Each substitution that had backticks, in `text`.
    pub spans: Vec<Span>,
    /// For each byte of `text`, its position in the text that ShellCheck reads.
    shown: Vec<usize>,
    /// For each byte of `text`, where it is in the original text.
    at: Vec<usize>,
    /// What was rewritten, in the original text.
    rewritten: Vec<Span>,
}

/// A byte of the new text, with its origin.
#[derive(Debug, Clone, Copy)]
struct ByteWithOrigin {
    byte: u8,
    /// Its place in the original text.
    at: usize,
    /// Its position in the text that ShellCheck reads.
    shown: usize,
}

impl PlainSubstitutions {
    /// Rewrites the text. `None` if there is no escape between backticks.
    pub(super) fn new(text: &str) -> Option<Self> {
        if !text.contains('`') || !text.contains('\\') {
            return None;
        }
        let bytes: Vec<ByteWithOrigin> =
            text.bytes().enumerate().map(|(at, byte)| ByteWithOrigin { byte, at, shown: at }).collect();
        let mut writer = SubstitutionWriter::default();
        writer.write(&bytes, 0);
        if writer.rewritten.is_empty() {
            return None;
        }
        let shown = writer.bytes.iter().map(|byte| byte.shown).collect();
        let at = writer.bytes.iter().map(|byte| byte.at).collect();
        let text = String::from_utf8(writer.bytes.iter().map(|byte| byte.byte).collect()).ok()?;
        Some(Self { text, spans: writer.spans, shown, at, rewritten: writer.rewritten })
    }

    /// Maps a diagnostic of `text` to the original text.
    pub(super) fn map_to_original(&self, mut one: RelativeDiagnostic, original: &str) -> RelativeDiagnostic {
        let (start, end) = (one.start as usize, one.end as usize);
        let is_backtick = self.spans.iter().any(|span| span.start == one.start);
        if is_backtick && one.code == 2091 {
            one.code = 2092;
        }
        let at = |offset: usize| self.shown.get(offset).copied().unwrap_or(original.len());
        let placed_start = original.floor_char_boundary(at(start));
        let last = end.checked_sub(1).filter(|last| *last >= start);
        let placed_end = last.map_or(placed_start, |last| at(last) + 1).clamp(placed_start, original.len());
        let placed_end = original.ceil_char_boundary(placed_end);
        if self.spans.iter().any(|span| (span.start as usize) < end && start < span.end as usize) {
            // The rewritten words are not in the file, so the message does not repeat them.
            one.message = codes::message_of_code(one.code, "");
        }
        let span = span_from_offsets(placed_start, placed_end);
        (one.start, one.end) = (span.start, span.end);
        one.fix = one.fix.and_then(|fix| self.map_fix_to_original(fix, original));
        one
    }

    /// Translates a fix of `text` to the original text. `None` if it affects rewritten parts.
    fn map_fix_to_original(&self, mut fix: Fix, original: &str) -> Option<Fix> {
        let at = |offset: u32| self.at.get(offset as usize).copied().unwrap_or(original.len());
        for edit in &mut fix.edits {
            let span = span_from_offsets(at(edit.span.start), at(edit.span.end));
            if self.rewritten.iter().any(|one| one.start < span.end && span.start < one.end) {
                return None;
            }
            edit.span = span;
        }
        // In double quotes, `\"` is an escape between backticks.
        let start = fix.edits.iter().map(|edit| edit.span.start).min()?;
        let end = fix.edits.iter().map(|edit| edit.span.end).max()?;
        let is_quoted = |one: &Span| {
            start <= one.start
                && one.end <= end
                && original.get(one.range()).is_none_or(|text| text.contains('"'))
        };
        (!self.rewritten.iter().any(is_quoted)).then_some(fix)
    }
}

#[derive(Default)]
struct SubstitutionWriter {
    bytes: Vec<ByteWithOrigin>,
    spans: Vec<Span>,
    rewritten: Vec<Span>,
}

impl SubstitutionWriter {
    fn write(&mut self, text: &[ByteWithOrigin], depth: usize) {
        let mut quotes = QuoteTracker::default();
        let mut at = 0;
        while let Some(&here) = text.get(at) {
            let opens = here.byte == b'`' && quotes.expands_variables() && depth < DEEPEST;
            let close = if opens { closing_backtick(text, at) } else { None };
            let Some(close) = close else {
                quotes.track_quote_byte(here.byte);
                self.bytes.push(here);
                at += 1;
                continue;
            };
            let inside = text.get(at + 1..close).unwrap_or_default();
            let content = unescape_backticks(inside, here.shown + 1, quotes.is_in_double_quotes());
            if depth > 0 || content.len() < inside.len() {
                self.write_substitution(text, (at, close), &content, depth);
            } else {
                self.bytes.extend(text.get(at..=close).unwrap_or_default());
            }
            // Quotes inside the substitution are separate from those around it.
            quotes.track_quote_byte(b'x');
            at = close + 1;
        }
    }

    fn write_substitution(
        &mut self,
        text: &[ByteWithOrigin],
        (open, close): (usize, usize),
        content: &[ByteWithOrigin],
        depth: usize,
    ) {
        let (Some(&open), Some(&close)) = (text.get(open), text.get(close)) else { return };
        let start = self.bytes.len();
        self.bytes.extend([ByteWithOrigin { byte: b'$', ..open }, ByteWithOrigin { byte: b'(', ..open }]);
        if content.first().is_some_and(|first| first.byte == b'(') {
            // `$((` would be arithmetic.
            self.bytes.push(ByteWithOrigin { byte: b' ', ..open });
        }
        self.write(content, depth + 1);
        let end = content.last().map_or(open.shown, |last| last.shown) + 1;
        let shown = if depth > 0 { end } else { close.shown };
        if content.iter().any(|one| one.byte == b'#') {
            // Without a line end, a comment would continue.
            self.bytes.push(ByteWithOrigin { byte: b'\n', shown, ..close });
        }
        self.bytes.push(ByteWithOrigin { byte: b')', shown, ..close });
        self.spans.push(span_from_offsets(start, self.bytes.len()));
        if depth == 0 {
            self.rewritten.push(span_from_offsets(open.at, close.at + 1));
        }
    }
}

fn span_from_offsets(start: usize, end: usize) -> Span {
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(at(start), at(end))
}

/// The position of the backtick that closes the one at `open`: the next one that is not escaped.
fn closing_backtick(text: &[ByteWithOrigin], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match text.get(at)?.byte {
            b'`' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The text that a shell parses between backticks, without the level of backslashes that it removes. For ShellCheck,
/// it begins at `shown`.
fn unescape_backticks(inside: &[ByteWithOrigin], shown: usize, in_double: bool) -> Vec<ByteWithOrigin> {
    let mut content = Vec::with_capacity(inside.len());
    let mut shown = shown;
    let mut at = 0;
    while let Some(&here) = inside.get(at) {
        let next = inside.get(at + 1).map(|next| next.byte);
        let removes = here.byte == b'\\' && matches!(next, Some(b'`' | b'$' | b'\\'))
            || (here.byte == b'\\' && in_double && next == Some(b'"'));
        let kept = if removes { inside.get(at + 1).copied().unwrap_or(here) } else { here };
        content.push(ByteWithOrigin { shown, ..kept });
        at += 1 + usize::from(removes);
        shown = if kept.byte == b'\n' { kept.at + 1 } else { shown + 1 };
    }
    content
}

#[cfg(test)]
mod tests {
    use super::PlainSubstitutions;

    #[test]
    fn substitutions_without_backticks() {
        for (text, expected) in [
            ("a `b \\`c\\``", "a $(b $(c))"),
            ("a `b \\`c \\\\\\`d\\\\\\`\\``", "a $(b $(c $(d)))"),
            ("a `b \\$c` `d`", "a $(b $c) `d`"),
            ("a \"`b \\\"\\`c\\`\\\"`\"", "a \"$(b \"$(c)\")\""),
            ("a `(b \\$c)`", "a $( (b $c))"),
            ("a `b \\`c # d\\``", "a $(b $(c # d\n)\n)"),
            ("a `b '\\`c\\`'`", "a $(b '`c`')"),
        ] {
            assert_eq!(
                PlainSubstitutions::new(text).map(|one| one.text).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in ["a `b`", "a 'b `c \\` d`'", "a # `b \\`c\\``", "a \\`b \\`c", "a `b \\`c", "a `b \\n`"] {
            assert!(PlainSubstitutions::new(text).is_none(), "{text}");
        }
    }
}
