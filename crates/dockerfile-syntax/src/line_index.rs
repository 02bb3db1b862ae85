//! [`LineIndex`]: from byte offsets to lines and columns, in one place.

use super::Span;

/// A position for people: line and column count from 1, columns in Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// Where the lines of one file begin. Only LF ends a line, as in BuildKit.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    #[must_use]
    pub fn new(source: &[u8]) -> Self {
        let mut starts = vec![0];
        for (at, byte) in source.iter().enumerate() {
            if *byte == b'\n' {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The line, counted from 1, on which the byte at `offset` is.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(after).unwrap_or(u32::MAX)
    }

    /// First and last line (from 1, both included) of a span; its final line end belongs to its last line.
    #[must_use]
    pub fn first_and_last_line(&self, span: Span) -> (u32, u32) {
        let last = if span.is_empty() { span.end } else { span.end - 1 };
        (self.line(span.start), self.line(last))
    }

    /// The bytes of one line (from 1), its line end included; empty after the last line.
    #[must_use]
    pub fn span_of_line(&self, line: u32, source: &[u8]) -> Span {
        let end_of_file = u32::try_from(source.len()).unwrap_or(u32::MAX);
        let at = |line: u32| self.starts.get(line.saturating_sub(1) as usize).copied().unwrap_or(end_of_file);
        Span::new(at(line), at(line + 1))
    }

    /// Line and column of a byte offset. Bytes that are not UTF-8 count as one character each; a byte-order
    /// mark at the start of the file does not count.
    #[must_use]
    pub fn position(&self, offset: u32, source: &[u8]) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts.get(line.saturating_sub(1) as usize).copied().unwrap_or(0);
        let mut before = Span::new(start, offset).bytes(source);
        if start == 0 {
            before = before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before);
        }
        LineColumn { line, column: count_characters(before).saturating_add(1) }
    }

    /// The positions of many offsets, in ascending order. Each byte is counted only once, even in long lines.
    #[must_use]
    pub fn positions(&self, offsets: &[u32], source: &[u8]) -> Vec<LineColumn> {
        let mut last: Option<(u32, LineColumn)> = None;
        let mut positions = Vec::with_capacity(offsets.len());
        for offset in offsets {
            let position = match last {
                // Counting can only resume at the start of a character, and not before the byte-order mark, which is
                // not counted.
                Some((before, known))
                    if self.line(*offset) == known.line
                        && before > 2
                        && source.get(before as usize).is_none_or(|byte| byte & 0xC0 != 0x80) =>
                {
                    let step = count_characters(Span::new(before, *offset).bytes(source));
                    LineColumn { line: known.line, column: known.column.saturating_add(step) }
                }
                _ => self.position(*offset, source),
            };
            last = Some((*offset, position));
            positions.push(position);
        }
        positions
    }
}

/// How many characters; bytes that are not UTF-8 count as one each.
fn count_characters(bytes: &[u8]) -> u32 {
    let count: usize =
        bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_positions_are_single_positions(
            text in "(\u{feff})?([aé漢]|\n|\u{feff}){0,30}", rest in any::<Vec<u8>>(),
        ) {
            let source = [text.into_bytes(), rest].concat();
            let index = LineIndex::new(&source);
            let ends = std::iter::once(0).chain((0..=source.len()).filter(|at| {
                source.get(*at).is_none_or(|byte| byte & 0xC0 != 0x80)
            }));
            let offsets: Vec<u32> = ends.map(|at| u32::try_from(at).expect("small")).collect();
            let single: Vec<_> = offsets.iter().map(|offset| index.position(*offset, &source)).collect();
            prop_assert_eq!(index.positions(&offsets, &source), single);
        }
    }

    #[test]
    fn columns_count_characters() {
        let source = "\u{feff}FROM a\n# é x\n".as_bytes();
        let index = LineIndex::new(source);
        assert_eq!(index.position(3, source), LineColumn { line: 1, column: 1 });
        let x = u32::try_from(source.iter().rposition(|byte| *byte == b'x').expect("there is an x"))
            .expect("small");
        assert_eq!(index.position(x, source), LineColumn { line: 2, column: 5 });
        assert_eq!(index.first_and_last_line(Span::new(3, 10)), (1, 1));
        assert_eq!(index.span_of_line(2, source).bytes(source), "# é x\n".as_bytes());
        assert!(index.span_of_line(9, source).is_empty());
    }
}
