//! The indentation of lists and mappings in brackets (flow style) in YAML.
//!
//! YAML requires their lines to be indented more than the key that they belong to, and hadolint's parser rejects other
//! files. Docker and PyYAML accept them, and saphyr's parser accepts some.

/// A line inside brackets that is not indented enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ShallowLine {
    /// From 1.
    number: usize,
    /// The offset of its first byte.
    start: usize,
    /// The number of missing spaces.
    missing: usize,
}

/// The first line (from 1) inside brackets that is indented no more than the key of the brackets.
#[must_use]
pub(crate) fn first_shallow_line(text: &str) -> Option<usize> {
    find_shallow_lines(text).first().map(|line| line.number)
}

/// The text with spaces before each line inside brackets that is not indented enough; `None` if there is no such line.
/// Line numbers stay the same.
#[must_use]
pub(crate) fn indent_shallow_lines(text: &str) -> Option<String> {
    let lines = find_shallow_lines(text);
    if lines.is_empty() {
        return None;
    }
    let mut indented =
        String::with_capacity(text.len() + lines.iter().map(|line| line.missing).sum::<usize>());
    let mut at = 0;
    for line in lines {
        indented += text.get(at..line.start).unwrap_or_default();
        indented.extend(std::iter::repeat_n(' ', line.missing));
        at = line.start;
    }
    Some(indented + text.get(at..).unwrap_or_default())
}

/// The state at the start of a line.
#[derive(Debug, Default)]
struct FlowScanner {
    /// The number of open brackets.
    depth: usize,
    /// The column of the key that the outermost bracket belongs to; `None` if the bracket begins a line.
    parent: Option<usize>,
    /// The quote that is not closed yet.
    quote: Option<u8>,
    /// The column of the key whose block scalar (`|` or `>`) contains the line.
    block_scalar: Option<usize>,
}

fn find_shallow_lines(text: &str) -> Vec<ShallowLine> {
    let mut scanner = FlowScanner::default();
    let mut found = Vec::new();
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim();
        let skipped = content.is_empty() || scanner.block_scalar.is_some_and(|parent| indent > parent);
        if !skipped {
            scanner.block_scalar = None;
            let is_comment = content.starts_with('#') && scanner.quote.is_none();
            if let Some(parent) = scanner.parent.filter(|parent| !is_comment && indent <= *parent) {
                found.push(ShallowLine { number: at + 1, start, missing: parent + 1 - indent });
            }
            scanner.read_line(line);
        }
        start += line.len();
    }
    found
}

impl FlowScanner {
    fn read_line(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let mut at = 0;
        let mut end = line.len();
        while let Some(byte) = bytes.get(at).copied() {
            let next = bytes.get(at + 1).copied();
            match (self.quote, byte) {
                (Some(b'"'), b'\\') => at += 1,
                // Two single quotes are one character.
                (Some(b'\''), b'\'') if next == Some(b'\'') => at += 1,
                (Some(quote), _) if byte == quote => self.quote = None,
                (None, b'#') if at == 0 || matches!(bytes.get(at - 1), Some(b' ' | b'\t')) => {
                    end = at;
                    break;
                }
                (None, b'"' | b'\'') if self.starts_value(bytes, at) => self.quote = Some(byte),
                (None, b'[' | b'{') if self.depth > 0 => self.depth += 1,
                (None, b'[' | b'{') if self.starts_value(bytes, at) => {
                    self.depth = 1;
                    self.parent = parent_column(bytes, at);
                }
                (None, b']' | b'}') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.parent = None;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let text = line.get(..end).unwrap_or_default().trim_end();
        let sign = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
        if self.depth == 0
            && self.quote.is_none()
            && sign.ends_with(['|', '>'])
            && self.starts_value(bytes, sign.len() - 1)
        {
            self.block_scalar = parent_column(bytes, sign.len() - 1);
        }
    }

    /// Whether a value starts at this byte of the line, and not in the middle of plain text.
    fn starts_value(&self, line: &[u8], at: usize) -> bool {
        let before = line.get(..at).unwrap_or_default().trim_ascii();
        let word = before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
        match word {
            [] | [b'&' | b'!', ..] => true,
            [.., last] => {
                matches!(last, b':' | b'-' | b'?') || (self.depth > 0 && matches!(last, b'[' | b'{' | b','))
            }
        }
    }
}

/// The column of the key, or of the dash, that the value at this byte belongs to.
fn parent_column(line: &[u8], at: usize) -> Option<usize> {
    let mut dash = None;
    let mut column = 0;
    loop {
        match (line.get(column), line.get(column + 1)) {
            (Some(b' '), _) => column += 1,
            (Some(b'-'), Some(b' ')) => {
                dash = Some(column);
                column += 1;
            }
            _ if column < at => return Some(column),
            _ => return dash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_brackets_are_indented_more_than_their_key() {
        for (text, lines) in [
            ("a:\n  b: [\n    x\n  ]\n", &[4][..]),
            ("a:\n  b: [\n    x\n   ]\n", &[]),
            ("a: [\nx,\n\n# note\n]\n", &[2, 5]),
            ("a: {b: [\n c],\nd: e}\n", &[3]),
            ("- a: [\n  x]\n- [\n x]\n", &[2]),
            ("a:\n  [\n  x\n  ]\n", &[]),
            ("[\nx\n]\n", &[]),
            ("a: \"[\"\nb: x\n", &[]),
            ("a: it's [\nb: c\n", &[]),
            ("a: 'it''s ['\nb: c\n", &[]),
            ("a: x # [\nb: c\n", &[]),
            ("a: ${B}\nb: [\"]\", '\n']\n", &[3]),
            ("a: |\n  b: [\nc: d\n", &[]),
            ("- |-2\n  b: [\n- c\n", &[]),
            ("a: &x [\nb]\n", &[2]),
            ("a: b ] [\nc: d\n", &[]),
        ] {
            let found: Vec<usize> = find_shallow_lines(text).iter().map(|line| line.number).collect();
            assert_eq!(found, lines, "{text}");
            let indented = indent_shallow_lines(text);
            assert_eq!(indented.is_none(), lines.is_empty(), "{text}");
            assert_eq!(indented.as_deref().and_then(first_shallow_line), None, "{text}");
        }
    }
}
