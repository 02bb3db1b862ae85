//! RUN, CMD, ENTRYPOINT and SHELL: a JSON array or the text of a command.

use std::ops::Range;

use super::ast::{Arguments, CommandLine, Instruction, Kind, Word};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::json;
use super::logical::LogicalLine;
use super::white_space;

/// The strings of a JSON array in `range`, and its brackets; `None` if it is not an array. An array with elements of
/// another type gives `None` and an error.
pub(super) fn parse_string_array<'s>(
    line: &LogicalLine<'s>,
    range: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> Option<(Vec<Word<'s>>, Range<usize>)> {
    let start = range.start + white_space::leading_white_space(line.bytes(range.clone()));
    let shift = |part: Range<usize>| start + part.start..start + part.end;
    match json::parse_array(line.bytes(start..range.end)) {
        json::JsonArray::Strings { strings, brackets } => {
            let words = strings.into_iter().map(|part| json_string_word(line, shift(part))).collect();
            Some((words, shift(brackets)))
        }
        json::JsonArray::Mixed(part) => {
            let part = line.word(shift(part));
            let message = format!("{} is not a string", quote_excerpt(&part.text));
            errors.push(
                SyntaxError::parse(part.span, line.span, message)
                    .help("use only strings in double quotes in an exec-form array"),
            );
            None
        }
        json::JsonArray::Invalid => None,
    }
}

fn json_string_word<'s>(line: &LogicalLine<'s>, spelling: Range<usize>) -> Word<'s> {
    if let Some(text) = json::decode_string(line.bytes(spelling.clone())) {
        return line.decoded_word(&spelling, text);
    }
    let inner = line.word(spelling.start + 1..spelling.end - 1);
    Word { text: inner.text, span: line.span(&spelling) }
}

pub(super) fn parse_command_line<'s>(
    line: &LogicalLine<'s>,
    range: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> CommandLine<'s> {
    match parse_string_array(line, range.clone(), errors) {
        Some((words, brackets)) => CommandLine::Exec { words, brackets: line.span(&brackets) },
        None => CommandLine::Shell(line.word(range)),
    }
}

/// Requires an array with at least one string for SHELL.
pub(super) fn check_shell(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Command(command) = &instruction.arguments else { return };
    if instruction.kind != Kind::Shell {
        return;
    }
    let refuse = |span, message: &str| SyntaxError::instruction(span, instruction.span, message);
    match command {
        CommandLine::Exec { words, brackets } if words.is_empty() => {
            errors
                .push(refuse(*brackets, "`SHELL` is an empty array").help("give the shell and its options"));
        }
        CommandLine::Exec { .. } => {}
        CommandLine::Shell(text) if text.is_empty() => errors.push(
            refuse(instruction.keyword.span, "`SHELL` has no arguments")
                .help("use an array, as in `SHELL [\"/bin/bash\", \"-c\"]`")
                .kind(ErrorKind::MissingArguments),
        ),
        CommandLine::Shell(text) => errors.push(
            refuse(text.span, "`SHELL` is not a JSON array")
                .help("use an array, as in `SHELL [\"/bin/bash\", \"-c\"]`"),
        ),
    }
}
