//! [`DocumentText`]: the text of a document, and the conversion between bytes and the protocol's positions.

use gen_lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;

/// The unit in which the protocol counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PositionUnits {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

/// The text of one version of a document.
#[derive(Debug, Clone)]
pub(super) struct DocumentText {
    content: String,
    encoding: PositionUnits,
    /// The offset (bytes) at which each line starts. LF, CR LF and CR alone end a line, as in the protocol;
    /// to BuildKit only LF does.
    starts: Vec<u32>,
    /// Byte offsets, and the number of units before each, so that at most [`STRIDE`] bytes of a long line must be
    /// counted. Empty if a unit is a byte.
    marks: Vec<(u32, u32)>,
}

/// Bytes between two marks.
const STRIDE: usize = 4096;

impl PositionUnits {
    /// The first supported encoding that a client offers; UTF-16 if there is none.
    pub(super) fn negotiate_encoding(offered: &[PositionEncodingKind]) -> Self {
        let known = |kind: &PositionEncodingKind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            PositionEncodingKind::UTF32 => Some(Self::Utf32),
            PositionEncodingKind::Custom(_) => None,
        };
        offered.iter().find_map(known).unwrap_or_default()
    }

    /// The encoding's name in the protocol.
    pub(super) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units_in_char(self, char: char) -> u32 {
        let units = match self {
            Self::Utf8 => char.len_utf8(),
            Self::Utf16 => char.len_utf16(),
            Self::Utf32 => 1,
        };
        to_u32(units)
    }

    fn units_in_text(self, text: &str) -> u32 {
        match self {
            Self::Utf8 => to_u32(text.len()),
            _ => text.chars().map(|char| self.units_in_char(char)).fold(0, u32::saturating_add),
        }
    }
}

impl DocumentText {
    pub(super) fn new(text: String, encoding: PositionUnits) -> Self {
        let starts = line_starts(text.as_bytes());
        let marks = if encoding == PositionUnits::Utf8 || text.is_ascii() {
            Vec::new()
        } else {
            mark_character_positions(&text, encoding)
        };
        Self { content: text, encoding, starts, marks }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.content
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.content.as_bytes()
    }

    /// The text with a range replaced. Positions after the end of a line or of the text refer to that end; a range
    /// that ends before it starts is empty.
    pub(super) fn replace(&self, range: Range, new: &str) -> Self {
        let start = self.offset(range.start) as usize;
        let end = (self.offset(range.end) as usize).max(start);
        let (before, after) =
            (self.content.get(..start).unwrap_or_default(), self.content.get(end..).unwrap_or_default());
        Self::new([before, new, after].concat(), self.encoding)
    }

    /// The position of a byte. A byte inside a character has the position of the character, and the LF of a CR LF
    /// that of its CR.
    pub(super) fn position(&self, offset: u32) -> Position {
        let offset = self.content.floor_char_boundary(offset as usize);
        let (before, after) = self.content.as_bytes().split_at_checked(offset).unwrap_or_default();
        let inside_line_end = before.ends_with(b"\r") && after.starts_with(b"\n");
        let offset = to_u32(offset - usize::from(inside_line_end));
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        Position { line: to_u32(line), character: self.units(offset).saturating_sub(self.units(start)) }
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// A line, counted from 0, without its end.
    pub(super) fn line_range(&self, line: u32) -> Range {
        let at = |character| self.position(self.offset(Position { line, character }));
        Range { start: at(0), end: at(u32::MAX) }
    }

    /// The byte at a position; the end of the line or of the text if the position is after it.
    pub(super) fn offset(&self, position: Position) -> u32 {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return to_u32(self.content.len()) };
        let next = self.starts.get(line.saturating_add(1)).map_or(self.content.len(), |next| *next as usize);
        let content = self.content.get(start as usize..next).unwrap_or_default();
        let content = content.strip_suffix('\n').unwrap_or(content);
        let end = start + to_u32(content.strip_suffix('\r').unwrap_or(content).len());
        let wanted = self.units(start).saturating_add(position.character);
        if self.marks.is_empty() {
            return to_u32(self.content.floor_char_boundary(wanted.min(end) as usize));
        }
        let after = self.marks.partition_point(|(_, units)| *units <= wanted);
        let (mut offset, mut units) =
            after.checked_sub(1).and_then(|at| self.marks.get(at)).copied().unwrap_or_default();
        for char in self.content.get(offset as usize..).unwrap_or_default().chars() {
            units = units.saturating_add(self.encoding.units_in_char(char));
            if units > wanted || offset >= end {
                break;
            }
            offset += to_u32(char.len_utf8());
        }
        offset.min(end)
    }

    pub(super) fn span(&self, range: Range) -> Span {
        Span::new(self.offset(range.start), self.offset(range.end))
    }

    /// How many units precede a byte that starts a character.
    fn units(&self, offset: u32) -> u32 {
        if self.marks.is_empty() {
            return offset;
        }
        let after = self.marks.partition_point(|(mark, _)| *mark <= offset);
        let (mark, units) =
            after.checked_sub(1).and_then(|at| self.marks.get(at)).copied().unwrap_or_default();
        let rest = self.content.get(mark as usize..offset as usize).unwrap_or_default();
        units.saturating_add(self.encoding.units_in_text(rest))
    }
}

fn line_starts(text: &[u8]) -> Vec<u32> {
    let mut starts = vec![0];
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
            starts.push(to_u32(at + 1));
        }
    }
    starts
}

fn mark_character_positions(text: &str, encoding: PositionUnits) -> Vec<(u32, u32)> {
    let mut marks = vec![(0, 0)];
    let (mut at, mut units) = (0, 0u32);
    while at < text.len() {
        let next = text.ceil_char_boundary(at.saturating_add(STRIDE));
        units = units.saturating_add(encoding.units_in_text(text.get(at..next).unwrap_or_default()));
        marks.push((to_u32(next), units));
        at = next;
    }
    marks
}

fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENCODINGS: [PositionUnits; 3] = [PositionUnits::Utf8, PositionUnits::Utf16, PositionUnits::Utf32];

    /// Line and character by counting from the start of the text.
    fn count_position(text: &str, offset: usize, encoding: PositionUnits) -> (u32, u32) {
        let (mut line, mut character) = (0, 0);
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            if at >= offset {
                break;
            }
            let before_lf = chars.peek().is_some_and(|(_, next)| *next == '\n');
            if char == '\n' || (char == '\r' && !before_lf) {
                (line, character) = (line + 1, 0);
            } else {
                character += encoding.units_in_char(char);
            }
        }
        (line, character)
    }

    proptest! {
        #[test]
        fn positions_match_counting(text in "(\u{feff})?([aé漢🐳]{0,9}|\r\n|\n|\r){0,12}") {
            for encoding in ENCODINGS {
                let known = DocumentText::new(text.clone(), encoding);
                for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    let inside_line_end = offset > 0 && text.get(offset - 1..=offset) == Some("\r\n");
                    let expected = if inside_line_end { offset - 1 } else { offset };
                    let position = known.position(to_u32(offset));
                    prop_assert_eq!((position.line, position.character), count_position(&text, expected, encoding));
                    prop_assert_eq!(known.offset(position) as usize, expected);
                }
            }
        }

        #[test]
        fn positions_stay_in_text(text in "[aé🐳\r\n]{0,20}", line in 0u32..9, character: u32) {
            for encoding in ENCODINGS {
                let known = DocumentText::new(text.clone(), encoding);
                for character in [character, character % 8] {
                    let offset = known.offset(Position { line, character }) as usize;
                    prop_assert!(text.is_char_boundary(offset));
                }
            }
        }
    }

    #[test]
    fn counts_long_lines_from_nearest_mark() {
        let text = format!("é\n{}", "aé🐳".repeat(5_000));
        for encoding in ENCODINGS {
            let known = DocumentText::new(text.clone(), encoding);
            for (offset, _) in text.char_indices().step_by(997) {
                let position = known.position(to_u32(offset));
                assert_eq!((position.line, position.character), count_position(&text, offset, encoding));
                assert_eq!(known.offset(position) as usize, offset);
            }
        }
    }

    #[test]
    fn clamps_position_to_line_end() {
        for (text, line, character, expected) in [
            ("ab\ncd", 0, 9, 2),
            ("ab\r\ncd", 0, 9, 2),
            ("ab\rcd", 0, 9, 2),
            ("ab\rcd", 1, 1, 4),
            ("ab", 7, 0, 2),
            ("🐳b", 0, 1, 0),
            ("🐳b", 0, 2, 4),
            ("🐳b\n", 0, 9, 5),
            ("", 0, 3, 0),
        ] {
            let known = DocumentText::new(text.to_string(), PositionUnits::Utf16);
            assert_eq!(known.offset(Position { line, character }), expected, "{text:?} {line}:{character}");
        }
    }

    #[test]
    fn uses_first_supported_encoding() {
        use PositionEncodingKind::{Custom, UTF8, UTF16, UTF32};
        for (offered, expected) in [
            (vec![], PositionUnits::Utf16),
            (vec![UTF32, UTF8], PositionUnits::Utf32),
            (vec![Custom("utf-7".into()), UTF8, UTF16], PositionUnits::Utf8),
            (vec![Custom("utf-7".into())], PositionUnits::Utf16),
        ] {
            assert_eq!(PositionUnits::negotiate_encoding(&offered), expected, "{offered:?}");
        }
    }
}
