//! [`InlineDockerfile`]: a Dockerfile inside another file.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The text of a Dockerfile, and its position in the enclosing file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InlineDockerfile {
    pub text: String,
    /// The offset in the file of each byte of the text, and of its end; `None` if the text is written in a way that
    /// cannot be mapped byte by byte.
    offsets: Option<Vec<u32>>,
}

impl InlineDockerfile {
    /// A text whose position is unknown.
    #[must_use]
    pub(crate) fn without_position(text: String) -> Self {
        Self { text, offsets: None }
    }

    /// Searches for `text` below line `line` (from 1) of `around`, each of its lines indented by the same number of
    /// spaces, as in a literal block of YAML or a heredoc of HCL.
    #[must_use]
    pub(crate) fn find(text: String, around: &str, line: usize) -> Self {
        let mut starts = vec![0];
        starts.extend(around.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        // The text may start on the given line, or after a line that introduces it, or that line may be its first
        // line that is not empty.
        let named = line.saturating_sub(1);
        let empty = text.len() - text.trim_start_matches('\n').len();
        let candidates = named.saturating_sub(empty)..=named + 2;
        let offsets = candidates.rev().find_map(|first| offsets_in_file(&text, around, starts.get(first..)?));
        Self { text, offsets }
    }

    /// Replaces the bytes from `start` to `end` of the text; all bytes of `by` get the offset of `start`.
    pub(crate) fn replace(&mut self, start: usize, end: usize, by: &str) {
        if self.text.get(start..end).is_none() {
            return;
        }
        self.text.replace_range(start..end, by);
        if let Some(offsets) = &mut self.offsets
            && let Some(place) = offsets.get(start).copied()
        {
            offsets.splice(start..end, by.bytes().map(|_| place));
        }
    }

    /// Whether diagnostics can be mapped to the enclosing file.
    #[must_use]
    pub(crate) const fn has_file_offsets(&self) -> bool {
        self.offsets.is_some()
    }

    /// Maps a diagnostic to the enclosing file. Its fix is removed, because that file is never changed.
    pub(crate) fn map_to_outer_file(&self, diagnostic: &mut Diagnostic) {
        // The edits of a fix are not mapped.
        diagnostic.fix = None;
        let Some(offsets) = &self.offsets else { return };
        let place = |at: u32| offsets.get(at as usize).or(offsets.last()).copied().unwrap_or_default();
        let move_span = |span: Span| {
            if span.is_empty() {
                return Span::empty(place(span.start));
            }
            // The end is after the last byte, wherever the next one is.
            Span::new(place(span.start), place(span.end - 1).saturating_add(1))
        };
        diagnostic.span = move_span(diagnostic.span);
        diagnostic.anchor = move_span(diagnostic.anchor);
        diagnostic.hidden.iter_mut().for_each(|span| *span = move_span(*span));
    }
}

/// The offset of each byte of `text`, whose lines are the lines that start at `starts`.
fn offsets_in_file(text: &str, around: &str, starts: &[usize]) -> Option<Vec<u32>> {
    let mut offsets = Vec::with_capacity(text.len() + 1);
    let mut indent = None;
    let mut end = *starts.first()?;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = *starts.get(number)?;
        let whole = around.get(start..)?.split_inclusive('\n').next().unwrap_or_default();
        let words = line.trim_end_matches('\n');
        let there = whole.trim_end_matches(['\n', '\r']);
        let indent = if words.is_empty() {
            there.len()
        } else {
            // The first line that is not empty gives the indentation of all lines.
            *indent.get_or_insert(there.len().checked_sub(words.len())?)
        };
        let spaces = there.get(..indent).unwrap_or(there);
        if there.get(indent..).unwrap_or_default() != words || !spaces.trim_matches([' ', '\t']).is_empty() {
            return None;
        }
        let from = start + indent.min(there.len());
        offsets.extend((0..line.len()).map(|at| u32::try_from(from + at).unwrap_or(u32::MAX)));
        end = from + line.len();
    }
    offsets.push(u32::try_from(end.min(around.len())).ok()?);
    Some(offsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found() {
        let around = "a:\n  b: |\n    FROM x\n\n    RUN \\\n      y\n  c: d\n";
        let text = "FROM x\n\nRUN \\\n  y\n".to_string();
        let inline = InlineDockerfile::find(text.clone(), around, 2);
        let offsets = inline.offsets.as_ref().expect("it is there");
        assert_eq!(offsets.len(), text.len() + 1);
        for (at, byte) in text.bytes().enumerate() {
            assert_eq!(around.as_bytes().get(offsets[at] as usize), Some(&byte), "{at}");
        }
        for other in ["FROM y\n", "FROM x\nRUN z\n", "FROM x\n\n\nRUN\n"] {
            assert_eq!(InlineDockerfile::find(other.to_string(), around, 2).offsets, None, "{other}");
        }
    }

    #[test]
    fn replacements_keep_offsets() {
        let mut inline = InlineDockerfile::find("FROM $$x\nRUN y\n".to_string(), "  FROM $$x\n  RUN y\n", 1);
        inline.replace(5, 7, "$");
        assert_eq!(inline.text, "FROM $x\nRUN y\n");
        let offsets = inline.offsets.as_ref().expect("it is there");
        assert_eq!((offsets[5], offsets[6], offsets[8]), (7, 9, 13));
        inline.replace(5, 7, "longer");
        assert_eq!(inline.text, "FROM longer\nRUN y\n");
        assert_eq!(inline.offsets.as_ref().map(Vec::len), Some(inline.text.len() + 1));
    }
}
