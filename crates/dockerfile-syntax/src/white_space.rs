//! Definitions of white space: BuildKit uses four, depending on the place.

/// Between a keyword and its arguments, and between the words of FROM, EXPOSE, COPY, ADD and VOLUME.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0B | 0x0C | b'\r' | b' ')
}

/// `\s` of a regular expression: the spaces in a parser directive and around a heredoc's dash.
pub(super) const fn is_regex_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Around flags and after the word of HEALTHCHECK, where every byte is read as a Latin-1 character.
pub(super) const fn is_latin1_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xA0)
}

/// The first character and its length in bytes; U+FFFD of length 1 if the bytes are not UTF-8.
pub(super) fn first_char(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let head = bytes.get(..4).unwrap_or(bytes);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).unwrap_or_default(),
    };
    Some(valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8())))
}

/// How many bytes of Unicode white space the text begins with.
pub(super) fn leading_white_space(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some((c, len)) = bytes.get(at..).and_then(first_char) {
        if !c.is_whitespace() {
            break;
        }
        at += len;
    }
    at
}

/// The length without Unicode white space at the end.
pub(super) fn length_without_trailing_spaces(bytes: &[u8]) -> usize {
    let mut end = bytes.len();
    while let Some(last) = end.checked_sub(1).and_then(|at| bytes.get(at)) {
        let len = if last.is_ascii() {
            1
        } else {
            let back = bytes.get(..end).unwrap_or_default().iter().rev().take(3);
            1 + back.take_while(|byte| **byte & 0xC0 == 0x80).count()
        };
        let Some(start) = end.checked_sub(len) else { break };
        match bytes.get(start..end).and_then(first_char) {
            Some((c, width)) if width == len && c.is_whitespace() => end = start,
            _ => break,
        }
    }
    end
}

/// The part of `range` without Unicode white space at both ends.
pub(super) fn trim_unicode_spaces(bytes: &[u8], range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let part = bytes.get(range.clone()).unwrap_or_default();
    let start = leading_white_space(part);
    let end = length_without_trailing_spaces(part).max(start);
    range.start + start..range.start + end
}

/// The length of the text without the CR and LF bytes at its end.
pub(super) fn length_without_line_end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_unicode_white_space_at_line_ends() {
        for (text, start, end) in [
            ("", 0, 0),
            (" \t a b \u{a0}\u{3000}", 3, 6),
            ("\u{85}x", 2, 3),
            ("\u{3000}", 3, 0),
            ("é", 0, 2),
            ("a\u{200b}", 0, 4),
        ] {
            assert_eq!(
                (leading_white_space(text.as_bytes()), length_without_trailing_spaces(text.as_bytes())),
                (start, end),
                "{text:?}"
            );
        }
        assert_eq!(length_without_trailing_spaces(b"a\xA0"), 2, "a stray byte is not white space");
        assert_eq!(leading_white_space(b"\x85a"), 0);
    }
}
