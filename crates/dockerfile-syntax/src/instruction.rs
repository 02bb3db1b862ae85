//! One instruction: keyword, flags, and the arguments in the form that the keyword requires.

use std::ops::Range;

use super::ast::{Arguments, Continuation, Instruction, Kind};
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::logical::LogicalLine;
use super::white_space;
use super::{command, declarations, flags, from, healthcheck, pairs, paths, run, words};
use crate::Span;

/// The names of the instructions, in the order of [`Kind`].
pub(super) const NAMES: [(&str, Kind); 18] = [
    ("ADD", Kind::Add),
    ("ARG", Kind::Arg),
    ("CMD", Kind::Cmd),
    ("COPY", Kind::Copy),
    ("ENTRYPOINT", Kind::Entrypoint),
    ("ENV", Kind::Env),
    ("EXPOSE", Kind::Expose),
    ("FROM", Kind::From),
    ("HEALTHCHECK", Kind::Healthcheck),
    ("LABEL", Kind::Label),
    ("MAINTAINER", Kind::Maintainer),
    ("ONBUILD", Kind::Onbuild),
    ("RUN", Kind::Run),
    ("SHELL", Kind::Shell),
    ("STOPSIGNAL", Kind::Stopsignal),
    ("USER", Kind::User),
    ("VOLUME", Kind::Volume),
    ("WORKDIR", Kind::Workdir),
];

impl Kind {
    /// The instruction of that name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// The names of all instructions, in capitals.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Its name in capitals; empty for [`Kind::Unknown`].
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| *name)
    }
}

/// Reads the instruction in `range` of a line. `nested`: as the trigger of an ONBUILD.
pub(super) fn parse_instruction<'s>(
    line: &LogicalLine<'s>,
    range: Range<usize>,
    escape: u8,
    nested: bool,
    errors: &mut Vec<SyntaxError>,
) -> Instruction<'s> {
    let range = white_space::trim_unicode_spaces(line.text(), range);
    let text = line.bytes(range.clone());
    let name = text.iter().position(|byte| white_space::is_separator(*byte)).unwrap_or(text.len());
    let keyword = line.word(range.start..range.start + name);
    let kind = Kind::from_name(&keyword.text);
    let (flags, after) = flags::parse_flags(line, range.start + name..range.end);
    let rest = white_space::trim_unicode_spaces(line.text(), after..range.end);
    let arguments = match kind {
        Kind::From => from::parse_from(words::split_words(line, rest.clone())),
        Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Shell => {
            Arguments::Command(command::parse_command_line(line, rest.clone(), errors))
        }
        Kind::Add | Kind::Copy => paths::parse_paths(line, rest.clone(), errors),
        Kind::Expose | Kind::Volume => paths::parse_path_list(line, rest.clone(), kind, errors),
        Kind::Env | Kind::Label => pairs::parse_pairs(line, rest.clone(), escape, &keyword, errors),
        Kind::Arg => declarations::parse_arg(line, rest.clone(), escape),
        Kind::Healthcheck => healthcheck::parse_healthcheck(line, rest.clone(), errors),
        Kind::Maintainer | Kind::Stopsignal | Kind::User | Kind::Workdir if !rest.is_empty() => {
            Arguments::Text(line.word(rest.clone()))
        }
        // Only one level: an ONBUILD inside an ONBUILD never runs.
        Kind::Onbuild if !nested && !rest.is_empty() => {
            Arguments::Onbuild(Box::new(parse_instruction(line, rest.clone(), escape, true, errors)))
        }
        _ => Arguments::Unreadable,
    };
    let span = Span::new(keyword.span.start, line.span.end);
    Instruction {
        span,
        keyword,
        kind,
        flags,
        rest: line.word(rest),
        arguments,
        heredocs: Vec::new(),
        continuations: continuations_of_instruction(line, span, nested),
    }
}

/// The continuations of the line; for an ONBUILD trigger, those after its first byte.
fn continuations_of_instruction(line: &LogicalLine<'_>, span: Span, nested: bool) -> Vec<Continuation> {
    let all = &line.continuations;
    let first = if nested { all.partition_point(|one| one.span.start < span.start) } else { 0 };
    all.get(first..).unwrap_or_default().to_vec()
}

/// Adds the errors that BuildKit reports for a whole instruction, in its order. If its arguments were `refused`
/// during parsing, only the flags are checked.
pub(super) fn check_instruction(
    instruction: &Instruction<'_>,
    source: &[u8],
    refused: bool,
    errors: &mut Vec<SyntaxError>,
) {
    match instruction.kind {
        _ if refused => flags::check_flags(instruction, errors),
        Kind::Unknown => report_unknown_instruction(instruction, source, errors),
        Kind::From => {
            from::check_from(instruction, errors);
            flags::check_flags(instruction, errors);
        }
        Kind::Run => {
            flags::check_flags(instruction, errors);
            run::check_run(instruction, errors);
        }
        Kind::Add | Kind::Copy => {
            paths::check_paths(instruction, errors);
            flags::check_flags(instruction, errors);
            paths::check_heredoc_destination(instruction, errors);
        }
        Kind::Expose | Kind::Volume => {
            paths::check_path_list(instruction, errors);
            flags::check_flags(instruction, errors);
        }
        Kind::Cmd | Kind::Entrypoint | Kind::Shell => {
            flags::check_flags(instruction, errors);
            command::check_shell(instruction, errors);
        }
        Kind::Env | Kind::Label => {
            flags::check_flags(instruction, errors);
            pairs::check_pairs(instruction, errors);
        }
        Kind::Arg => declarations::check_arg(instruction, errors),
        Kind::Maintainer | Kind::Stopsignal | Kind::User | Kind::Workdir => {
            check_text_arguments(instruction, errors);
            flags::check_flags(instruction, errors);
        }
        Kind::Healthcheck => {
            flags::check_flags(instruction, errors);
            healthcheck::check_healthcheck(instruction, errors);
            healthcheck::check_healthcheck_flags(instruction, errors);
        }
        Kind::Onbuild => check_onbuild(instruction, errors),
    }
}

fn report_unknown_instruction(instruction: &Instruction<'_>, source: &[u8], errors: &mut Vec<SyntaxError>) {
    let keyword = &instruction.keyword;
    if keyword.is_empty() {
        let error = SyntaxError::instruction(
            instruction.span,
            instruction.span,
            "line continuation outside an instruction",
        );
        errors.push(error.help("remove the line"));
        return;
    }
    let name = keyword.text.as_ref();
    let message = format!("unknown instruction {}", quote_excerpt(name));
    let names = NAMES.map(|(name, _)| name);
    let mut error = SyntaxError::instruction(keyword.span, instruction.span, message)
        .suggest_nearest(keyword.span, &name.to_uppercase(), &names)
        .kind(ErrorKind::UnknownInstruction);
    if let Some((_, nearest)) = error.suggestion.as_mut().filter(|_| !name.contains(char::is_uppercase)) {
        nearest.make_ascii_lowercase();
    }
    if let Some((at, blank)) = name.char_indices().find(|(_, c)| c.is_whitespace()) {
        let span = keyword.span_of_range(at..at + blank.len_utf8(), source);
        error = error.help("replace the non-standard space in it with a plain space");
        error.suggestion = keyword.is_verbatim(source).then(|| (span, " ".to_string()));
    }
    if matches!(source.first_chunk(), Some([0xFF, 0xFE] | [0xFE, 0xFF])) {
        error = error.help("save the file as UTF-8; it is UTF-16");
    }
    errors.push(error);
}

fn check_text_arguments(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    if matches!(instruction.arguments, Arguments::Unreadable) {
        let message = format!("{} has no arguments", quote_excerpt(&instruction.keyword.text));
        let error = SyntaxError::instruction(instruction.keyword.span, instruction.span, message);
        let help = match instruction.kind {
            Kind::Workdir => "add a path, as in `WORKDIR /app`",
            Kind::User => "add a user, as in `USER 1000`",
            Kind::Stopsignal => "add a signal, as in `STOPSIGNAL SIGTERM`",
            Kind::Maintainer => "use `LABEL org.opencontainers.image.authors=\"…\"`",
            _ => "add an argument, or remove the instruction",
        };
        errors.push(error.help(help).kind(ErrorKind::MissingArguments));
    }
}

/// Checks only the name of the trigger, as BuildKit does.
fn check_onbuild(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let Arguments::Onbuild(trigger) = &instruction.arguments else {
        let error = SyntaxError::instruction(
            instruction.keyword.span,
            instruction.span,
            "`ONBUILD` has no instruction",
        );
        errors.push(error.help("add an instruction after it").kind(ErrorKind::MissingArguments));
        return;
    };
    flags::check_flags(instruction, errors);
    if matches!(trigger.kind, Kind::Onbuild | Kind::From | Kind::Maintainer) {
        let message = format!("`ONBUILD` cannot trigger {}", quote_excerpt(&trigger.keyword.text));
        let error = SyntaxError::instruction(trigger.keyword.span, instruction.span, message);
        errors.push(error.help("remove the instruction"));
    }
}
