//! [`HeredocTracker`]: finds the bodies of heredocs, byte by byte.

/// Recognizes `<<WORD` in code, and the lines up to `WORD`.
#[derive(Debug, Default)]
pub(super) struct HeredocTracker {
    /// The number of `<` directly before.
    angles: usize,
    /// The delimiter that is being read.
    reading: Option<HeredocDelimiter>,
    /// Here-documents whose bodies have not been read to the end, in order.
    pending: Vec<HeredocDelimiter>,
    /// Whether the next byte belongs to the first of them.
    open: bool,
    /// The current line of the body.
    line: Vec<u8>,
}

#[derive(Debug, Default)]
struct HeredocDelimiter {
    word: Vec<u8>,
    /// Whether tabs before it do not count: the operator is `<<-`.
    strips_tabs: bool,
    /// Whether the delimiter is quoted, so that nothing in the body is expanded.
    quoted: bool,
}

impl HeredocTracker {
    /// Whether the next byte belongs to a heredoc.
    pub(super) fn is_in_body(&self) -> bool {
        self.open
    }

    /// Whether a `$` at this position of a body is expanded.
    pub(super) fn expands_variables(&self) -> bool {
        self.line.last() != Some(&b'\\') && self.pending.first().is_some_and(|delimiter| !delimiter.quoted)
    }

    /// Processes a byte outside all bodies. `is_code`: whether it is neither quoted nor part of a comment or of
    /// arithmetic. `ends_lines`: whether a line end here is unquoted.
    pub(super) fn process_code_byte(&mut self, byte: u8, is_code: bool, ends_lines: bool) {
        if let Some(mut delimiter) = self.reading.take() {
            match byte {
                b'-' if delimiter.word.is_empty() && !delimiter.strips_tabs => delimiter.strips_tabs = true,
                b' ' | b'\t' if delimiter.word.is_empty() => {}
                b'\'' | b'"' | b'\\' => delimiter.quoted = true,
                _ if is_code && (byte.is_ascii_whitespace() || b";&|<>()".contains(&byte)) => {
                    if !delimiter.word.is_empty() {
                        self.pending.push(delimiter);
                    }
                    return self.process_code_byte(byte, is_code, ends_lines);
                }
                _ => delimiter.word.push(byte),
            }
            self.reading = Some(delimiter);
            return;
        }
        match byte {
            b'<' if is_code => self.angles += 1,
            // `<<<` is followed by a text.
            _ if std::mem::take(&mut self.angles) == 2 => {
                self.reading = Some(HeredocDelimiter::default());
                return self.process_code_byte(byte, is_code, ends_lines);
            }
            _ => {}
        }
        self.open = byte == b'\n' && ends_lines && !self.pending.is_empty();
    }

    /// Processes a byte of a body.
    pub(super) fn process_body_byte(&mut self, byte: u8) {
        if byte != b'\n' {
            self.line.push(byte);
            return;
        }
        let ends = self.pending.first().is_some_and(|delimiter| {
            let tabs = self.line.iter().take_while(|byte| **byte == b'\t').count();
            let start = if delimiter.strips_tabs { tabs } else { 0 };
            self.line.get(start..) == Some(&delimiter.word)
        });
        if ends {
            self.pending.remove(0);
            self.open = !self.pending.is_empty();
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use crate::quotes::{QuoteContext, QuoteTracker};

    /// The text with `.` for each byte that belongs to a body.
    fn bodies(text: &str) -> String {
        let mut quotes = QuoteTracker::default();
        let shown = text.bytes().map(|byte| {
            let is_body = quotes.context() == QuoteContext::Body && byte != b'\n';
            quotes.track_quote_byte(byte);
            if is_body { '.' } else { char::from(byte) }
        });
        shown.collect()
    }

    #[test]
    fn lines_of_bodies() {
        for (text, expected) in [
            ("a <<X\nit's\nX\nb", "a <<X\n....\n.\nb"),
            ("a <<'X' > f\n(\nX\nb", "a <<'X' > f\n.\n.\nb"),
            ("a <<-\"X\" && b\n\tX\nc", "a <<-\"X\" && b\n..\nc"),
            ("a << \\X\n X\nX\nb", "a << \\X\n..\n.\nb"),
            ("a <<X 3<<Y\nX\nX\nY\nb", "a <<X 3<<Y\n.\n.\n.\nb"),
            ("a <<X # '\nb\nX\nc", "a <<X # '\n.\n.\nc"),
            ("(a <<X\nb\nX\n) || c", "(a <<X\n.\n.\n) || c"),
            ("a <<X \\\n b\nc\nX\nd", "a <<X \\\n b\n.\n.\nd"),
            ("a <<< X\nb\nX", "a <<< X\nb\nX"),
            ("((a<<2))\nb\n2", "((a<<2))\nb\n2"),
            ("a $((1 << 2))\nb\n2", "a $((1 << 2))\nb\n2"),
            ("a '<<X'\nb\nX", "a '<<X'\nb\nX"),
            ("a # <<X\nb\nX", "a # <<X\nb\nX"),
        ] {
            assert_eq!(bodies(text), expected, "{text:?}");
        }
    }
}
