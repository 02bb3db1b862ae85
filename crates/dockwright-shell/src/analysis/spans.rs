//! The words that a diagnostic is about, for codes where the analyzer gives only the start, or a span that is too
//! long.

use crate::quotes::QuoteTracker;

/// The end of a diagnostic in `text` from `start` to `end`, without the `;` or the line end that ends a command;
/// never empty if there is text.
pub(super) fn diagnostic_end(text: &str, start: usize, end: usize) -> usize {
    #[cfg(test)]
    assert!(!text.contains(tests::BREAKS), "a test wants to see what becomes of a panic");
    let words = text.get(start..end).unwrap_or_default();
    if words.is_empty() {
        return start + word_length(text.get(start..).unwrap_or_default());
    }
    let mut kept = words;
    while let Some(shorter) = kept.strip_suffix([';', ' ', '\t', '\n']) {
        if shorter.ends_with('\\') {
            break;
        }
        kept = shorter;
    }
    if kept.is_empty() { end } else { start + kept.len() }
}

/// The position at which the assignment to the variable at `start` is reported: in arithmetic, its operator.
pub(super) fn assignment_offset(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    let is_let = before.split(['\n', ';', '&', '|']).next_back().is_some_and(|command| {
        command.trim_start().strip_prefix("let").is_some_and(|rest| rest.starts_with([' ', '\t']))
    });
    if !is_let && !before.contains("((") {
        return start;
    }
    let mut quotes = QuoteTracker::default();
    before.bytes().for_each(|byte| quotes.track_quote_byte(byte));
    let rest = text.get(start..).unwrap_or_default();
    let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    match rest.get(name..).and_then(|rest| rest.find('=')) {
        Some(operator) if is_let || quotes.is_in_arithmetic() => start + name + operator,
        _ => start,
    }
}

/// The bracket of the group or subshell whose first command is at `start`, or `start`.
pub(super) fn find_group_start(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default().trim_end();
    let Some(outside) = before.strip_suffix(['(', '{']) else { return start };
    // `$(`, `<(`, `f() {` and `$((` begin something else.
    let is_group = !outside.ends_with(['$', '<', '>', '=']) && !outside.trim_end().ends_with("()");
    if is_group { find_group_start(text, outside.len()) } else { start }
}

/// The variable that the words at `start` of `text` assign to. A loop is reported at its start.
pub(super) fn assigned_variable<'t>(text: &'t str, start: usize, words: &'t str) -> &'t str {
    if words.starts_with('=') {
        let before = text.get(..start).unwrap_or_default().trim_end();
        let name = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        return before.get(name..).unwrap_or(words);
    }
    let loop_words = ["for", "select"].into_iter().find_map(|word| text.get(start..)?.strip_prefix(word));
    match loop_words.filter(|rest| rest.starts_with([' ', '\t'])) {
        Some(rest) => {
            let name = rest.trim_start();
            name.get(..word_length(name)).unwrap_or(words)
        }
        None => words,
    }
}

/// Length in bytes of the first token of `rest`: spaces, an escaped character, a brace, a bracket or an operator, a
/// variable, or else a word.
pub fn word_length(rest: &str) -> usize {
    let length_while = |fits: &dyn Fn(char) -> bool| rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
    let is_name_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut characters = rest.chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), Some(escaped)) => 1 + escaped.len_utf8(),
        (Some(' ' | '\t'), _) => length_while(&|c| matches!(c, ' ' | '\t')),
        (Some(first @ ('&' | '|' | ';' | '<' | '>')), _) => length_while(&|c| c == first),
        (
            Some(
                first @ ('{' | '}' | '(' | ')' | '[' | ']' | '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '\n'),
            ),
            _,
        ) => first.len_utf8(),
        (Some('$'), _) => {
            let name = rest.get(1..).unwrap_or_default();
            let end = 1 + name.find(|c: char| !is_name_part(c)).unwrap_or(name.len());
            // `$name[index]`, as far as it is complete.
            let index = rest.get(end..).filter(|rest| rest.starts_with('[')).and_then(|rest| rest.find(']'));
            index.map_or(end, |at| end + at + 1)
        }
        _ => length_while(&|c| !c.is_whitespace() && !";&|()<>\"'`".contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::{diagnostic_end, word_length};
    use crate::analysis::{
        AnalysisShell, IncompleteAnalysisReason, NO_NAMES, ShellAnalysis, ShellAnalyzer, ShellText,
    };

    /// A text that makes the analyzer fail, for tests.
    pub(super) const BREAKS: &str = "breaks-the-analysis";

    #[test]
    fn a_panic_spoils_one_text() {
        let analyzer = ShellAnalyzer::new();
        let found = |text: &str| -> ShellAnalysis {
            let original = text.as_bytes();
            analyzer.analyze(&ShellText {
                text,
                offset: 0,
                original,
                shell: AnalysisShell::from_command("/bin/sh -c"),
                names: NO_NAMES,
            })
        };
        let before = found("echo $a");
        assert_eq!(before.diagnostics.len(), 2, "{before:?}");
        let broken = found(&format!("echo $a {BREAKS}; cd b; c"));
        assert_eq!((broken.diagnostics.len(), broken.shortfall), (0, Some(IncompleteAnalysisReason::Broken)));
        assert_eq!(found("echo $a  "), before);
    }

    #[test]
    fn finds_lengths_of_words() {
        for (rest, expected) in [
            ("", ""),
            ("abc d", "abc"),
            ("done; a", "done"),
            ("é)", "é"),
            ("\\tb", "\\t"),
            ("\\é", "\\é"),
            ("\\", "\\"),
            (" \t a", " \t "),
            ("{a,b", "{"),
            ("}", "}"),
            ("&b", "&"),
            ("&& b", "&&"),
            ("$10\"", "$10"),
            ("$a[1]\"", "$a[1]"),
            ("$a[1", "$a"),
            ("$", "$"),
            ("\"c\"", "\""),
            ("\nb", "\n"),
        ] {
            assert_eq!(&rest[..word_length(rest)], expected, "{rest:?}");
        }
    }

    #[test]
    fn finds_ends_of_diagnostics() {
        for (text, words, expected) in [
            ("su a; b", "su a;", "su a"),
            ("local a\n", "local a\n", "local a"),
            ("; ;", "; ;", "; ;"),
            ("find -exec a \\; ", "find -exec a \\; ", "find -exec a \\;"),
            ("find -exec a \\;; b", "find -exec a \\;;", "find -exec a \\;"),
            ("echo a", "echo a", "echo a"),
            ("éa b", "", "éa"),
        ] {
            assert_eq!(&text[..diagnostic_end(text, 0, words.len())], expected, "{text:?}");
        }
    }
}
