//! SC2291: several spaces between the words of `echo`, which prints one.

use super::{AnalyzedText, RelativeDiagnostic, command_basename};
use crate::ShellCommand;
use dockerfile_syntax::Span;

/// Minimum number of columns between two words that is reported.
const WIDE: usize = 4;

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// Whether all reports with this code come from here.
pub(super) const fn is_reported_by_own_check(code: u32) -> bool {
    code == 2291
}

pub(super) fn check_spaces(
    command: &ShellCommand,
    subject: &AnalyzedText<'_>,
    found: &mut Vec<RelativeDiagnostic>,
) {
    if command_basename(command) != Some("echo") {
        return;
    }
    let is_wide = command.arguments().windows(2).any(|pair| match pair {
        [left, right] => {
            count_spaces_between(subject.text, left.span.end as usize, right.span.start as usize) >= WIDE
        }
        _ => false,
    });
    if is_wide {
        let end = command.words.last().map_or(command.span.end, |word| word.span.end);
        subject.report(2291, Span::new(command.span.start, end), found);
    }
}

/// The columns from `start` to `end`, if there are only spaces between them; joined lines count as one.
fn count_spaces_between(text: &str, start: usize, end: usize) -> usize {
    // A line continuation at its end belongs to the word.
    let word = text.get(..start).unwrap_or_default();
    let start = word.strip_suffix("\\\n").map_or(start, str::len);
    let between = text.get(start..end).unwrap_or_default();
    if between.replace("\\\n", "").chars().any(|c| !matches!(c, ' ' | '\t')) {
        return 0;
    }
    let before = text.get(..start).unwrap_or_default();
    let mut breaks = before.match_indices('\n').map(|(at, _)| at);
    let is_joined = |at: &usize| before.get(..*at).is_some_and(|line| line.ends_with('\\'));
    let line = breaks.rfind(|at| !is_joined(at)).map_or(0, |at| at + 1);
    let from = count_columns(before.get(line..).unwrap_or_default(), 0);
    count_columns(&blank_out_comments(between), from) - from
}

/// Comment lines inside an instruction read as spaces before the `\` that joins the lines: therefore many spaces
/// there are treated as such a line, not as spaces that the shell reads.
fn blank_out_comments(spaces: &str) -> String {
    const COMMENT: usize = 4;
    let mut parts: Vec<&str> = spaces.split("\\\n").collect();
    let last = parts.pop().unwrap_or_default();
    let shortened = parts.iter().map(|part| if part.len() < COMMENT { part } else { " " });
    shortened.chain([last]).collect::<Vec<_>>().join("\\\n")
}

/// hadolint joins two lines by one space if the second is indented.
fn count_columns(text: &str, from: usize) -> usize {
    let mut column = from;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => column = (column / TAB + 1) * TAB,
            '\\' if chars.peek() == Some(&'\n') => {
                chars.next();
                let mut indented = false;
                while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {
                    indented = true;
                }
                column += usize::from(indented);
            }
            _ => column += 1,
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use super::count_spaces_between;

    #[test]
    fn counts_spaces_between_words() {
        for (text, expected) in [
            ("echo a b", 1),
            ("echo a    b", 4),
            ("echo a\tb", 2),
            ("echo a\t\tb", 10),
            ("echo a  \tb", 10),
            ("x\necho a    b", 4),
            ("echo a \\\n    b", 2),
            ("echo a   \\\n b", 4),
            ("echo a    \\\nb", 1),
            ("x \\\n\techo a\tb", 7),
            ("echo a        \\\n b", 2),
            ("echo a >x b", 0),
        ] {
            let start = text.find('a').map_or(0, |at| at + 1);
            let end = text.rfind('b').unwrap_or(0);
            assert_eq!(count_spaces_between(text, start, end), expected, "{text}");
        }
    }
}
