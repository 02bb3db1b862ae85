//! [`mask_continuations`]: the text of an instruction in a form that a shell can parse, with the same length.

use super::quotes::{QuoteContext, QuoteTracker};
use dockerfile_syntax::Continuation;
use dockerfile_syntax::Span;

/// The text at `span`, with the same length in bytes: skipped lines of a continuation become spaces, and its line end
/// becomes `\` and a newline, for any escape character and line end. If a shell would not join the lines there (in
/// single quotes, in a comment, after another backslash), the line end becomes spaces, too. Bytes that are not UTF-8
/// become `_`.
pub fn mask_continuations(source: &[u8], span: Span, continuations: &[Continuation]) -> String {
    let mut text = span.bytes(source).to_vec();
    let mut quotes = QuoteTracker::default();
    let mut read = 0;
    for continuation in continuations {
        let last = continuation.skipped.last().map_or(continuation.span, |line| line.span);
        let start = continuation.span.start.saturating_sub(span.start) as usize;
        let end = (last.end.saturating_sub(span.start) as usize).min(text.len());
        if continuation.span.start < span.start || start < read || start >= end {
            continue;
        }
        for &byte in text.get(read..start).unwrap_or_default() {
            quotes.track_quote_byte(byte);
        }
        read = end;
        let Some(skipped) = text.get_mut(start..end) else { continue };
        let joins = skipped.last() == Some(&b'\n') && quotes.context() == QuoteContext::Code;
        // The space for a carriage return comes after the continuation: before it, the shell would see it.
        let has_carriage_return = matches!(skipped, [_, b'\r', b'\n']);
        skipped.fill(b' ');
        match (joins, skipped) {
            (true, [escape, newline, _]) if has_carriage_return => (*escape, *newline) = (b'\\', b'\n'),
            (true, [.., escape, newline]) => (*escape, *newline) = (b'\\', b'\n'),
            _ => quotes.track_quote_byte(b' '),
        }
    }
    replace_invalid_utf8(text)
}

/// Every byte that is not part of a character becomes `_`.
fn replace_invalid_utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::with_capacity(error.as_bytes().len());
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '_'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dockerfile_syntax::SkippedLine;

    /// Finds the continuations as the Dockerfile parser does: the escape character, spaces and the line end, followed
    /// by blank lines and comment lines.
    fn continuations(text: &[u8], escape: u8) -> Vec<Continuation> {
        let mut found: Vec<Continuation> = Vec::new();
        let mut at = 0_u32;
        let mut open = false;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let span = Span::new(at, at + u32::try_from(line.len()).unwrap_or(u32::MAX));
            at = span.end;
            let words = line.trim_ascii();
            let comment = words.starts_with(b"#");
            if open && (comment || words.is_empty()) {
                if let Some(last) = found.last_mut() {
                    last.skipped.push(SkippedLine { span, comment });
                }
                continue;
            }
            let kept = line.trim_ascii_end();
            open = kept.ends_with(&[escape]) && line.ends_with(b"\n");
            if open {
                let start = span.start + u32::try_from(kept.len() - 1).unwrap_or(0);
                found.push(Continuation { span: Span::new(start, span.end), skipped: Vec::new() });
            }
        }
        found
    }

    fn masked(text: &str, escape: u8) -> String {
        let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(0));
        mask_continuations(text.as_bytes(), whole, &continuations(text.as_bytes(), escape))
    }

    #[test]
    fn masks_joined_lines() {
        for (text, expected) in [
            ("a b", "a b"),
            ("a \\\n b", "a \\\n b"),
            ("a \\  \n b", "a   \\\n b"),
            ("a \\\r\n b", "a \\\n  b"),
            ("a \\\n# c\n b", "a     \\\n b"),
            ("a \\\n\n  # c\n\t\n b", "a          \\\n b"),
            ("a 'b \\\n c' \\\n d", "a 'b    c' \\\n d"),
            ("a \"b' \\\n c\" \\\n d", "a \"b' \\\n c\" \\\n d"),
            ("a # it's \\\n b", "a # it's    b"),
            ("a b#c's' \\\n d", "a b#c's' \\\n d"),
            ("a \\' \\\n b", "a \\' \\\n b"),
            ("a \\\\\n b", "a \\   b"),
            ("\"$(a 'b \\\n c')\" \\\n d", "\"$(a 'b    c')\" \\\n d"),
            ("${#a} \\\n d", "${#a} \\\n d"),
            ("$'a\\'b \\\n' \\\n c", "$'a\\'b   ' \\\n c"),
        ] {
            assert_eq!(masked(text, b'\\'), expected, "{text:?}");
        }
        assert_eq!(masked("a `\n b\\c `\r\n d", b'`'), "a \\\n b\\c \\\n  d");
    }

    #[test]
    fn handles_invalid_utf8() {
        let source = b"RUN a \xff\xfe\xc3 \xc3\xa9";
        assert_eq!(mask_continuations(source, Span::new(4, 12), &[]), "a ___ é");
        assert_eq!(mask_continuations(source, Span::new(4, 99), &[]), "");
    }

    proptest::proptest! {
        #[test]
        fn keeps_its_length(text in "([ab'\"\\\\#$(`)\n\r \té]|\\\\\n|# c\n){0,60}") {
            proptest::prop_assert_eq!(masked(&text, b'\\').len(), text.len());
            proptest::prop_assert_eq!(masked(&text, b'`').len(), text.len());
        }
    }
}
