//! [`CheckedScript`]: the input of ShellCheck for a RUN, and the position of each of its characters in the file.
//!
//! hadolint 2.15.1 uses the same input: a shebang with the current shell, an `export` for each name in scope, and the
//! text with its lines joined.

use std::fmt::Write as _;

use super::ShellCheckComment;
use super::join_characters::join_characters;
use crate::shell::analysis::word_length;
use crate::source::Span;
use crate::syntax::Continuation;

/// A script with its positions in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedScript {
    /// The whole script.
    pub text: String,
    /// The number of bytes before the text of the RUN.
    prologue: usize,
    /// The offset of its first character in the file.
    start: u32,
    /// The number of lines before the text.
    before: u32,
    /// For each line of the text, the number of its first character.
    lines: Vec<usize>,
    /// For each character of the text, its bytes in the file.
    characters: Vec<(char, Span)>,
}

/// A place in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptPlace {
    /// In the shebang line, about the shell.
    Shebang,
    /// In the exports of names.
    Names,
    Text(Span),
}

impl CheckedScript {
    /// The script of the text at `span`, with `shebang` after its `#!`. `trims` removes spaces from its ends.
    pub(crate) fn new<'n>(
        shebang: &str,
        names: impl IntoIterator<Item = &'n str>,
        source: &[u8],
        span: Span,
        continuations: &[Continuation],
        trims: bool,
    ) -> Self {
        let mut characters = join_characters(source, span, continuations);
        if trims {
            let is_blank = |one: &(char, Span)| one.0.is_whitespace();
            let end = characters.iter().rposition(|one| !is_blank(one)).map_or(0, |at| at + 1);
            characters.truncate(end);
            characters.drain(..characters.iter().position(|one| !is_blank(one)).unwrap_or(0));
        }
        let mut text = format!("#!{shebang}\n");
        for name in names {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "export {name}=1");
        }
        let before = u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        let prologue = text.len();
        text.extend(characters.iter().map(|(character, _)| character));
        let after_breaks =
            characters.iter().enumerate().filter(|(_, one)| one.0 == '\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_breaks).collect();
        let start = characters.first().map_or(span.start, |(_, span)| span.start);
        Self { text, prologue, start, before, lines, characters }
    }

    /// The offset of the text in the file.
    pub(crate) fn start(&self) -> u32 {
        self.start
    }

    /// The text of the RUN, without the lines added before it.
    pub(crate) fn run_text(&self) -> &str {
        self.text.get(self.prologue..).unwrap_or_default()
    }

    /// The place of a problem in the file. If it has no length, this is the word there.
    pub(crate) fn place_of_problem(&self, comment: &ShellCheckComment) -> ScriptPlace {
        if comment.start.0 <= 1 {
            return ScriptPlace::Shebang;
        }
        if comment.start.0 <= self.before {
            return ScriptPlace::Names;
        }
        let from = self.character_index(comment.start);
        let mut to = self.character_index(comment.end);
        if to <= from {
            let rest: String = self
                .characters
                .get(from..)
                .unwrap_or_default()
                .iter()
                .map(|(character, _)| character)
                .collect();
            let word = rest.get(..word_length(&rest)).unwrap_or_default();
            to = from + word.chars().count();
        }
        // The end is that of the last character, without a continuation after it.
        let found = self.characters.get(from..to.min(self.characters.len())).unwrap_or_default();
        ScriptPlace::Text(match found {
            [(_, first), .., (_, last)] => Span::new(first.start, last.end),
            [(_, one)] => *one,
            [] => Span::empty(self.characters.last().map_or(self.start, |(_, last)| last.end)),
        })
    }

    /// The index of the character at a line and column of the script.
    fn character_index(&self, (line, column): (u32, u32)) -> usize {
        let line = line.saturating_sub(self.before + 1) as usize;
        let end = self.lines.get(line + 1).map_or(self.characters.len(), |next| next - 1);
        let Some(start) = self.lines.get(line) else { return self.characters.len() };
        (start + column.saturating_sub(1) as usize).min(end)
    }
}
