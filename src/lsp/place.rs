//! [`CompletionPlace`]: the kind of text at the cursor. It depends only on the text before the cursor, so the rest of
//! the file may be broken.

use crate::source::Span;
use crate::syntax::{Dockerfile, Heredoc, Instruction, Kind, Node};

/// What is being typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CompletionPlace {
    /// A comment, with its text before the cursor, without the `#`.
    Comment {
        text: String,
        /// Whether no instruction comes before it, so that it may be a parser directive.
        is_at_top: bool,
    },
    /// The name of an instruction.
    Keyword(String),
    /// The arguments of an instruction: the words before the current one, and the current one up to the cursor.
    Arguments { kind: Kind, words: Vec<String>, current: String },
    /// A comment of the shell in the heredoc of a RUN, with its text before the cursor, without the `#`.
    ShellComment(String),
    /// A word up to the cursor in the body of a heredoc in which variables are expanded.
    Heredoc { kind: Kind, current: String },
    /// The body of a heredoc that is copied verbatim.
    VerbatimText,
}

/// The place at an offset.
pub(crate) fn completion_place_at(file: &Dockerfile<'_>, offset: u32) -> CompletionPlace {
    let source = file.source;
    let at = file.items.partition_point(|item| item.span.end <= offset);
    let item = file.items.get(at).or_else(|| {
        // At the end of a file that does not end with a line end.
        let last = file.items.last().filter(|last| last.span.end == offset);
        last.filter(|last| !last.span.bytes(source).ends_with(b"\n"))
    });
    let is_at_top = !file.instructions().any(|instruction| instruction.span.start < offset);
    let Some(item) = item else { return CompletionPlace::Keyword(String::new()) };
    let before = |start: u32| String::from_utf8_lossy(Span::new(start, offset).bytes(source)).into_owned();
    match &item.node {
        Node::Comment(comment) if comment.span.start < offset => {
            CompletionPlace::Comment { text: before(comment.span.start + 1), is_at_top }
        }
        Node::Directive(directive) if directive.span.start < offset => {
            CompletionPlace::Comment { text: before(directive.span.start + 1), is_at_top }
        }
        Node::Instruction(instruction) if instruction.span.start <= offset => {
            place_in_instruction(file, instruction, offset)
        }
        _ => CompletionPlace::Keyword(String::new()),
    }
}

fn place_in_instruction(
    file: &Dockerfile<'_>,
    instruction: &Instruction<'_>,
    offset: u32,
) -> CompletionPlace {
    let source = file.source;
    let here = Span::empty(offset);
    let is_here = |heredoc: &&Heredoc| heredoc.body.contains(here) && heredoc.body.start < offset;
    if let Some(heredoc) = instruction.heredocs.iter().find(is_here) {
        return place_in_heredoc(source, instruction.kind, heredoc, offset);
    }
    let skipped = || instruction.continuations.iter().flat_map(|line| &line.skipped);
    let comment = skipped().find(|line| line.comment && line.span.start < offset && offset < line.span.end);
    if let Some(line) = comment {
        let text = String::from_utf8_lossy(Span::new(line.span.start, offset).bytes(source)).into_owned();
        if let Some((_, text)) = text.split_once('#') {
            return CompletionPlace::Comment { text: text.to_string(), is_at_top: false };
        }
    }
    let mut typed = Vec::new();
    let mut from = instruction.span.start;
    let ends = instruction.continuations.iter().map(|line| line.span).chain(skipped().map(|line| line.span));
    let mut ends: Vec<Span> = ends.filter(|span| span.start < offset).collect();
    ends.sort_unstable();
    for span in ends {
        typed.extend_from_slice(Span::new(from, span.start).bytes(source));
        from = span.end.min(offset).max(from);
    }
    typed.extend_from_slice(Span::new(from, offset).bytes(source));
    let typed = String::from_utf8_lossy(&typed);
    let mut words: Vec<String> = typed.split_whitespace().map(str::to_string).collect();
    if typed.is_empty() || typed.ends_with(char::is_whitespace) {
        words.push(String::new());
    }
    let current = words.pop().unwrap_or_default();
    if words.is_empty() {
        return CompletionPlace::Keyword(current);
    }
    let kind = Kind::from_name(&words.remove(0));
    CompletionPlace::Arguments { kind, words, current }
}

fn place_in_heredoc(source: &[u8], kind: Kind, heredoc: &Heredoc, offset: u32) -> CompletionPlace {
    // The shell expands variables in all heredocs that it runs; BuildKit, only in those without quotes.
    if kind != Kind::Run && !heredoc.expand {
        return CompletionPlace::VerbatimText;
    }
    let text = String::from_utf8_lossy(Span::new(heredoc.body.start, offset).bytes(source)).into_owned();
    let line = text.rsplit('\n').next().unwrap_or_default();
    if let Some(comment) = line.trim_start().strip_prefix('#').filter(|_| kind == Kind::Run) {
        return CompletionPlace::ShellComment(comment.to_string());
    }
    let current = line.rsplit(char::is_whitespace).next().unwrap_or_default();
    CompletionPlace::Heredoc { kind, current: current.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn the_text_before_the_cursor_decides() {
        let comment = |text: &str, is_at_top| CompletionPlace::Comment { text: text.to_string(), is_at_top };
        let heredoc = |kind, current: &str| CompletionPlace::Heredoc { kind, current: current.to_string() };
        let keyword = |text: &str| CompletionPlace::Keyword(text.to_string());
        let arguments = |kind, words: &[&str], current: &str| CompletionPlace::Arguments {
            kind,
            words: words.iter().map(ToString::to_string).collect(),
            current: current.to_string(),
        };
        for (cursor, expected) in [
            ("|", keyword("")),
            ("F|", keyword("F")),
            ("FROM|", keyword("FROM")),
            ("FROM |", arguments(Kind::From, &[], "")),
            ("FROM |\nRUN x\n", arguments(Kind::From, &[], "")),
            ("FROM a A|S b\n", arguments(Kind::From, &["a"], "A")),
            ("FROM a\n|\nRUN b\n", keyword("")),
            ("FROM a\n|", keyword("")),
            ("FROM a\nru|", keyword("ru")),
            ("FROM a\nRUN b \\\n  c|", arguments(Kind::Run, &["b"], "c")),
            ("FROM a\nRUN b \\\n  # x\n  c |", arguments(Kind::Run, &["b", "c"], "")),
            ("FROM a\nRUN b \\\n  # dock|\n  c", comment(" dock", false)),
            ("FROM a\nCOPY --from=|", arguments(Kind::Copy, &[], "--from=")),
            ("FROM a\nRUN <<E\na x|\nE\n", heredoc(Kind::Run, "x")),
            ("FROM a\nRUN <<'E'\na\nx$|\nE\n", heredoc(Kind::Run, "x$")),
            ("FROM a\nCOPY <<E /b\na$V|\nE\n", heredoc(Kind::Copy, "a$V")),
            ("FROM a\nCOPY <<'E' /b\na$V|\nE\n", CompletionPlace::VerbatimText),
            ("FROM a\nRUN <<E\n # she|\nE\n", CompletionPlace::ShellComment(" she".to_string())),
            ("# syn|", comment(" syn", true)),
            ("# syntax=a/b|\n", comment(" syntax=a/b", true)),
            ("FROM a\n# dock|", comment(" dock", false)),
            ("|# a\n", keyword("")),
            ("FROM a\n\u{e9}|", keyword("\u{e9}")),
        ] {
            let offset = u32::try_from(cursor.find('|').expect("a cursor")).expect("small");
            let text = cursor.replacen('|', "", 1);
            let file = syntax::parse(text.as_bytes());
            assert_eq!(completion_place_at(&file, offset), expected, "{cursor}");
        }
    }
}
