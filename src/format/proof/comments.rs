//! Proves that every comment is still there, in order, above the same text.

use super::LayoutDifference;
use super::joined::JoinedInstructionHead;
use super::lexer::{ShellTokenKind, shell_tokens};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Dockerfile, Instruction, Node};

pub(super) fn compare_comments(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
) -> Result<(), LayoutDifference> {
    let (before, after) = (collect_placed_comments(before), collect_placed_comments(after));
    for (at, one) in before.iter().enumerate() {
        let Some(other) = after.get(at).filter(|other| other.text == one.text) else {
            return Err(LayoutDifference::new(one.span, "a comment would be lost or changed"));
        };
        if other.below != one.below {
            return Err(LayoutDifference::new(one.span, "a comment would be above something else"));
        }
    }
    if after.len() > before.len() {
        return Err(LayoutDifference::new(Span::empty(0), "a comment would be added"));
    }
    Ok(())
}

struct PlacedComment {
    span: Span,
    /// The text without `#` and surrounding white space.
    text: String,
    /// How many words of the file come before it.
    below: usize,
}

fn collect_placed_comments(file: &Dockerfile<'_>) -> Vec<PlacedComment> {
    let text = |span: Span| {
        let text = String::from_utf8_lossy(span.bytes(file.source)).into_owned();
        let text = text.trim();
        text.strip_prefix('#').unwrap_or(text).trim().to_string()
    };
    let mut found = Vec::new();
    let mut words = 0;
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                found.push(PlacedComment { span: comment.span, text: text(comment.span), below: words });
            }
            Node::Instruction(instruction) => {
                let joined = JoinedInstructionHead::new(file, instruction);
                let starts = match word_form(instruction) {
                    WordSplitting::Array => string_starts(&joined.text),
                    WordSplitting::Shell => word_starts(&joined.text),
                    WordSplitting::Words => words_of(&joined.text),
                };
                for (place, span) in joined.comments {
                    let before = starts.iter().take_while(|start| **start < place).count();
                    found.push(PlacedComment { span, text: text(span), below: words + before });
                }
                words += starts.len();
            }
            Node::ByteOrderMark | Node::Directive(_) | Node::Blank => {}
        }
    }
    found
}

/// Where the words begin for a shell; operators are not counted.
fn word_starts(text: &[u8]) -> Vec<usize> {
    let tokens = shell_tokens(text);
    tokens.iter().filter(|token| token.kind != ShellTokenKind::Separator).map(|token| token.start).collect()
}

/// How an instruction is split into words.
enum WordSplitting {
    /// A JSON array.
    Array,
    Shell,
    Words,
}

fn word_form(instruction: &Instruction<'_>) -> WordSplitting {
    let of_command = |line: &CommandLine<'_>| match line {
        CommandLine::Exec { .. } => WordSplitting::Array,
        CommandLine::Shell(_) => WordSplitting::Shell,
    };
    match &instruction.arguments {
        Arguments::Command(line) => of_command(line),
        Arguments::Healthcheck(check) => check.command.as_ref().map_or(WordSplitting::Words, of_command),
        Arguments::Paths(paths) if paths.exec => WordSplitting::Array,
        Arguments::List { exec: true, .. } => WordSplitting::Array,
        Arguments::Onbuild(trigger) => word_form(trigger),
        _ => WordSplitting::Words,
    }
}

/// Where the words between white space begin.
fn words_of(text: &[u8]) -> Vec<usize> {
    let is_space = |at: usize| text.get(at).is_none_or(u8::is_ascii_whitespace);
    (0..text.len()).filter(|at| !is_space(*at) && (*at == 0 || is_space(*at - 1))).collect()
}

/// Where words and the strings of a JSON array begin.
fn string_starts(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at + 1..).unwrap_or_default();
        at += match byte {
            b' ' | b'\t' | b'\r' | b'[' | b']' | b',' => 1,
            b'"' => {
                found.push(at);
                let mut is_escaped = false;
                let end = rest.iter().position(|byte| {
                    let is_end = *byte == b'"' && !is_escaped;
                    is_escaped = *byte == b'\\' && !is_escaped;
                    is_end
                });
                2 + end.unwrap_or(rest.len())
            }
            _ => {
                found.push(at);
                let end = rest.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'[' | b'"'));
                1 + end.unwrap_or(rest.len())
            }
        };
    }
    found
}
