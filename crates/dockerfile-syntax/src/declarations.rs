//! Parses and checks ARG.

use std::ops::Range;

use super::ast::{Arguments, Declaration, Instruction};
use super::error::{ErrorKind, SyntaxError};
use super::logical::LogicalLine;
use super::quoted_words;

/// Parses the words of an ARG, each of which is `NAME` or `NAME=default`.
pub(super) fn parse_arg<'s>(line: &LogicalLine<'s>, rest: Range<usize>, escape: u8) -> Arguments<'s> {
    let words = quoted_words::split_quoted(line.bytes(rest.clone()), escape);
    let declaration = |word: Range<usize>| {
        let word = rest.start + word.start..rest.start + word.end;
        match line.bytes(word.clone()).iter().position(|byte| *byte == b'=') {
            None => Declaration { name: line.word(word), default: None },
            Some(at) => Declaration {
                name: line.word(word.start..word.start + at),
                default: Some(line.word(word.start + at + 1..word.end)),
            },
        }
    };
    Arguments::Declarations(words.into_iter().map(declaration).collect())
}

/// Requires at least one name, and no empty names.
pub(super) fn check_arg(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Declarations(declarations) = &instruction.arguments else { return };
    let refuse = |span, message| SyntaxError::instruction(span, instruction.span, message);
    if declarations.is_empty() {
        let error = refuse(instruction.keyword.span, "`ARG` has no arguments");
        errors.push(error.help("add `NAME` or `NAME=default`").kind(ErrorKind::MissingArguments));
    }
    for declaration in declarations {
        if let Some(default) = declaration.default.as_ref().filter(|_| declaration.name.is_empty()) {
            let error = refuse(
                declaration.name.span.enclosing_span(default.span),
                "`ARG` has a `=` without a name before it",
            );
            errors.push(error.help("remove spaces around the `=`"));
        }
    }
}
