//! SC2079: `$((x * 1.5))`.

use super::{AnalyzedText, RelativeDiagnostic};
use crate::quotes::QuoteTracker;
use dockerfile_syntax::Span;

pub(super) fn check_decimals_in_arithmetic(subject: &AnalyzedText<'_>, found: &mut Vec<RelativeDiagnostic>) {
    if !subject.text.contains("((") || !subject.text.contains('.') {
        return;
    }
    let bytes = subject.text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut quotes = QuoteTracker::default();
    let mut start = None;
    for (at, &byte) in bytes.iter().enumerate() {
        quotes.track_quote_byte(byte);
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        if !quotes.is_in_arithmetic() || !(byte.is_ascii_digit() || byte == b'.') {
            start = None;
        } else if byte == b'.' {
            if let Some(start) = start.take().filter(|_| digit(at + 1)) {
                let length = bytes.iter().skip(at + 1).take_while(|byte| byte.is_ascii_digit()).count();
                let offset = |at: usize| u32::try_from(at).unwrap_or(0);
                subject.report(2079, Span::new(offset(start), offset(at + 1 + length)), found);
            }
        } else if start.is_none() && !before.is_some_and(|c| c.is_ascii_alphanumeric() || b"_$.".contains(c))
        {
            start = Some(at);
        }
    }
}
