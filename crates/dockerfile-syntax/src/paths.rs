//! ADD, COPY, VOLUME, EXPOSE: a JSON array (not for EXPOSE) or words.

use std::collections::HashMap;
use std::ops::Range;

use super::ast::{Arguments, Heredoc, Instruction, Kind, Paths, Source, Word};
use super::command;
use super::error::{ErrorKind, SyntaxError};
use super::heredoc_words::Delimiter;
use super::logical::LogicalLine;
use super::words;

/// Splits the arguments into words; also returns whether they are an array.
fn split_path_words<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> (Vec<Word<'s>>, bool) {
    match command::parse_string_array(line, rest.clone(), errors) {
        Some((words, _)) => (words, true),
        None => (words::split_words(line, rest), false),
    }
}

/// Parses the arguments of VOLUME and EXPOSE.
pub(super) fn parse_path_list<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    kind: Kind,
    errors: &mut Vec<SyntaxError>,
) -> Arguments<'s> {
    let (words, exec) = match kind {
        Kind::Expose => (words::split_words(line, rest), false),
        _ => split_path_words(line, rest, errors),
    };
    Arguments::List { words, exec }
}

/// ADD, COPY. Heredocs are distinguished from paths by [`resolve_heredoc_sources`], once their bodies are read.
pub(super) fn parse_paths<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> Arguments<'s> {
    let (mut words, exec) = split_path_words(line, rest, errors);
    let destination = if words.len() > 1 { words.pop() } else { None };
    Arguments::Paths(Paths { sources: words.into_iter().map(Source::Path).collect(), destination, exec })
}

/// Finds the heredocs among the sources. If two have the same name, BuildKit uses the last body for both.
pub(super) fn resolve_heredoc_sources(paths: &mut Paths<'_>, heredocs: &[Heredoc<'_>]) {
    let by_name: HashMap<&str, usize> =
        heredocs.iter().enumerate().map(|(index, heredoc)| (heredoc.name.as_ref(), index)).collect();
    for source in &mut paths.sources {
        if let Some(delimiter) = Delimiter::parse(source.word().text.as_bytes()) {
            let index = by_name.get(delimiter.name.as_str()).copied();
            *source = Source::Heredoc(source.word().clone(), index);
        }
    }
}

/// Requires at least a source and a destination, which is not a heredoc.
pub(super) fn check_paths(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Paths(paths) = &instruction.arguments else { return };
    let keyword = instruction.keyword.text.to_ascii_uppercase();
    let refuse = |span, message: String| SyntaxError::instruction(span, instruction.span, message);
    match (&paths.destination, paths.sources.first()) {
        (None, None) => {
            let error =
                refuse(instruction.keyword.span, format!("`{keyword}` has no source and no destination"));
            errors.push(error.help("add a source and a destination").kind(ErrorKind::MissingArguments));
        }
        (None, Some(source)) => {
            let error = refuse(source.word().span, format!("`{keyword}` has a source but no destination"));
            errors.push(error.help("add a destination").kind(ErrorKind::MissingDestination));
        }
        _ => {}
    }
}

/// Rejects a heredoc as the destination; BuildKit checks this after the flags.
pub(super) fn check_heredoc_destination(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Paths(paths) = &instruction.arguments else { return };
    if let Some(word) = &paths.destination
        && Delimiter::parse(word.text.as_bytes()).is_some()
    {
        let error =
            SyntaxError::instruction(word.span, instruction.span, "a heredoc cannot be the destination");
        errors.push(error.help("add a path after the heredoc").kind(ErrorKind::HeredocDestination));
    }
}

/// VOLUME and EXPOSE require an argument; those of VOLUME must not be empty.
pub(super) fn check_path_list(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::List { words, exec } = &instruction.arguments else { return };
    let refuse = |span, message: &str| SyntaxError::instruction(span, instruction.span, message);
    if words.is_empty() {
        let span = if *exec { instruction.rest.span } else { instruction.keyword.span };
        let volume = instruction.kind == Kind::Volume;
        let (message, help) = if volume {
            ("`VOLUME` has no path", "add a path, as in `VOLUME /data`")
        } else {
            ("`EXPOSE` has no port", "add a port, as in `EXPOSE 80`")
        };
        errors.push(refuse(span, message).help(help).kind(ErrorKind::MissingArguments));
    }
    if instruction.kind == Kind::Volume {
        for word in words.iter().filter(|word| word.text.trim().is_empty()) {
            errors
                .push(refuse(word.span, "volume path is empty").help("add a path, or remove the empty one"));
        }
    }
}
