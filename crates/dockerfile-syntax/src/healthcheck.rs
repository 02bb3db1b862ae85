//! Parses and checks HEALTHCHECK.

use std::ops::Range;

use super::ast::{Arguments, CommandLine, Flag, Healthcheck, Instruction};
use super::command;
use super::duration;
use super::error::{ErrorKind, SyntaxError, quote_excerpt};
use super::logical::LogicalLine;
use super::white_space;

/// Parses the type and the command after it.
pub(super) fn parse_healthcheck<'s>(
    line: &LogicalLine<'s>,
    rest: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> Arguments<'s> {
    let text = line.bytes(rest.clone());
    let keyword = text.iter().take_while(|byte| !white_space::is_latin1_space(**byte)).count();
    if keyword == 0 {
        return Arguments::Unreadable;
    }
    let spaces = text.iter().skip(keyword).take_while(|byte| white_space::is_latin1_space(**byte)).count();
    let after = rest.start + keyword + spaces;
    let keyword = line.word(rest.start..rest.start + keyword);
    let is_cmd = keyword.text.eq_ignore_ascii_case("CMD");
    let command = if after < rest.end || is_cmd {
        Some(command::parse_command_line(line, after..rest.end, errors))
    } else {
        None
    };
    Arguments::Healthcheck(Healthcheck { keyword, command })
}

/// Whether the instruction is `HEALTHCHECK NONE` or has no arguments: BuildKit then does not read its flags.
pub(super) fn is_disabled(instruction: &Instruction<'_>) -> bool {
    match &instruction.arguments {
        Arguments::Healthcheck(healthcheck) => healthcheck.keyword.text.eq_ignore_ascii_case("NONE"),
        _ => true,
    }
}

/// Checks the type and its arguments.
pub(super) fn check_healthcheck(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    let refuse = |span, message: String| SyntaxError::instruction(span, instruction.span, message);
    let Arguments::Healthcheck(healthcheck) = &instruction.arguments else {
        let error = refuse(instruction.keyword.span, "`HEALTHCHECK` has no arguments".to_string());
        errors.push(error.help("add `CMD` and a command, or `NONE`").kind(ErrorKind::MissingArguments));
        return;
    };
    let keyword = &healthcheck.keyword;
    let written = match &healthcheck.command {
        Some(CommandLine::Exec { words, brackets }) => (!words.is_empty()).then_some(*brackets),
        Some(CommandLine::Shell(text)) => (!text.is_empty()).then_some(text.span),
        None => None,
    };
    if keyword.text.eq_ignore_ascii_case("NONE") {
        if let Some(span) = written {
            let error = refuse(span, "`HEALTHCHECK NONE` takes no arguments".to_string());
            errors.push(error.kind(ErrorKind::UnexpectedArguments));
        }
    } else if keyword.text.eq_ignore_ascii_case("CMD") {
        if written.is_none() {
            let error = refuse(keyword.span, "`HEALTHCHECK CMD` has no command".to_string());
            errors.push(error.help("add a command after `CMD`").kind(ErrorKind::MissingArguments));
        }
    } else {
        let message = format!("unknown `HEALTHCHECK` type {}", quote_excerpt(&keyword.text));
        let error = refuse(keyword.span, message).help("use `CMD` before the command, or `NONE`");
        errors.push(error.kind(ErrorKind::UnknownHealthcheck));
    }
}

/// Checks the values of the flags; BuildKit does this last.
pub(super) fn check_healthcheck_flags(instruction: &Instruction<'_>, errors: &mut Vec<SyntaxError>) {
    if is_disabled(instruction) {
        return;
    }
    for flag in &instruction.flags {
        let Some(value) = flag.value.as_ref().filter(|value| !value.is_empty()) else { continue };
        let name = flag.name.text.as_ref();
        let fault = match name {
            "interval" | "timeout" | "start-period" | "start-interval" => find_duration_fault(flag),
            "retries" => find_retries_fault(&value.text),
            _ => None,
        };
        let Some(help) = fault else { continue };
        let message = format!("invalid value {} for `--{name}`", quote_excerpt(&value.text));
        let error = SyntaxError::instruction(value.span, instruction.span, message);
        errors.push(error.help(help).kind(ErrorKind::FlagValue));
    }
}

fn find_retries_fault(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = text.parse::<i32>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match number {
        Some(0..) => None,
        _ => Some("use a whole number, 0 or greater"),
    }
}

/// What is wrong with a duration.
fn find_duration_fault(flag: &Flag<'_>) -> Option<&'static str> {
    let text = flag.value.as_ref().map_or("", |value| value.text.as_ref());
    match duration::parse_nanoseconds(text) {
        None => Some("use numbers with units `h`, `m`, `s` and `ms`, as in `1m30s`"),
        Some(nanoseconds) if nanoseconds != 0 && nanoseconds < 1_000_000 => Some("use `1ms` or longer"),
        Some(_) => None,
    }
}
