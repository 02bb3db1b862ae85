//! The errors of BuildKit that hadolint 2.15.1 also reports. The parser finds the errors, and this module applies the
//! grammar of hadolint, which reports only the first such error of a file.

use crate::source::Span;
use crate::syntax::{
    Arguments, CommandLine, Dockerfile, ErrorKind, Flag, Healthcheck, Instruction, Kind, Node, SyntaxError,
};

/// Whether hadolint cannot read the file because of the error.
#[must_use]
pub fn refused_by_hadolint(file: &Dockerfile<'_>, error: &SyntaxError) -> bool {
    match error.kind {
        ErrorKind::UnknownInstruction | ErrorKind::UnknownHealthcheck => true,
        ErrorKind::EscapeDirective => refuses_escape(file, error.span),
        kind => {
            instruction_at(file, error.span).is_some_and(|one| hadolint_refuses(one, kind, error.span, file))
        }
    }
}

fn hadolint_refuses(one: &Instruction<'_>, kind: ErrorKind, span: Span, file: &Dockerfile<'_>) -> bool {
    match kind {
        ErrorKind::MissingArguments => refuses_missing_argument(one, file.source),
        // A flag that hadolint treats as a path is the source.
        ErrorKind::MissingDestination => one.kind != Kind::Copy || !one.flags.iter().any(is_copy_path),
        ErrorKind::UnexpectedArguments => refuses_extra_words(one),
        // The first pair without `=` has no value if it is the last word; with words after it, it is a legacy pair.
        ErrorKind::MissingEquals => {
            span.end == one.rest.span.end
                && file
                    .errors
                    .iter()
                    .all(|error| error.kind != kind || error.span == span || !one.span.contains(error.span))
        }
        ErrorKind::UnknownFlag | ErrorKind::RepeatedFlag | ErrorKind::FlagValue => {
            let at = one.flags.iter().position(|flag| flag.span.contains(span));
            at.is_some_and(|at| refuses_flag(one, kind, at))
        }
        // An unterminated heredoc does not count, because hadolint can continue with the next lines.
        ErrorKind::UnterminatedHeredoc => {
            let heredoc = one.heredocs.iter().find(|heredoc| heredoc.operator == span);
            heredoc.is_some_and(|heredoc| !begins_like_an_instruction(heredoc.body.bytes(file.source)))
        }
        ErrorKind::HeredocDestination => one.heredocs.iter().any(|heredoc| !heredoc.terminator.is_empty()),
        _ => false,
    }
}

/// The instruction at these bytes: for an ONBUILD, its trigger if it contains them.
fn instruction_at<'f, 's>(file: &'f Dockerfile<'s>, span: Span) -> Option<&'f Instruction<'s>> {
    let after = file.items.partition_point(|item| item.span.start <= span.start);
    let outer = file.items.get(after.checked_sub(1)?)?.instruction()?;
    match &outer.arguments {
        Arguments::Onbuild(trigger) if trigger.span.contains(span) => Some(trigger),
        _ => Some(outer),
    }
}

fn refuses_missing_argument(one: &Instruction<'_>, source: &[u8]) -> bool {
    let after = source.get(one.keyword.span.end as usize..).unwrap_or_default();
    match (one.kind, &one.arguments) {
        // A flag is ordinary text.
        (Kind::Maintainer | Kind::Stopsignal | Kind::User | Kind::Workdir, _) => {
            let arguments = Span::new(one.keyword.span.end, one.span.end).bytes(source);
            !arguments.trim_ascii().starts_with(b"--")
        }
        (Kind::Env | Kind::Label, Arguments::Pairs { pairs, .. }) => {
            !pairs.is_empty() || one.flags.is_empty()
        }
        (Kind::Shell, _) => one.flags.is_empty(),
        // The brackets are part of a path.
        (Kind::Volume, Arguments::List { exec, .. }) => !exec,
        // A space or a tab after the keyword is enough.
        (Kind::Expose, _) => !after.starts_with(b" ") && !after.starts_with(b"\t"),
        (_, Arguments::Healthcheck(check)) => !matches!(check.command, Some(CommandLine::Exec { .. })),
        _ => true,
    }
}

/// Whether hadolint rejects the words after the argument, which may be a comment or another instruction.
fn refuses_extra_words(one: &Instruction<'_>) -> bool {
    let goes_on = |text: &str| {
        let word = text.split_ascii_whitespace().next().unwrap_or_default();
        text.starts_with('#') || Kind::from_name(word) != Kind::Unknown
    };
    match &one.arguments {
        Arguments::From(from) => !from.stray.first().is_some_and(|word| goes_on(&word.text)),
        Arguments::Healthcheck(Healthcheck { command: Some(CommandLine::Shell(text)), .. }) => {
            !goes_on(&text.text)
        }
        _ => true,
    }
}

fn refuses_flag(one: &Instruction<'_>, kind: ErrorKind, at: usize) -> bool {
    let Some((flag, before)) = one.flags.get(..=at).and_then(<[_]>::split_last) else { return false };
    let (name, repeated) = (flag.name.text.as_ref(), kind == ErrorKind::RepeatedFlag);
    match (one.kind, &flag.value) {
        (Kind::Run, Some(value)) if kind == ErrorKind::FlagValue => match name {
            "mount" => value.is_empty(),
            name => matches!(name, "network" | "security"),
        },
        // Unless a known flag precedes it, all of it is the command.
        (Kind::Run, _) => !before.is_empty() && before.iter().all(is_run_flag) && !is_run_flag(flag),
        // A flag without value is a path; so is what follows `--link`.
        (Kind::Copy, value) => repeated || (value.is_some() && !matches!(name, "link" | "parents")),
        (Kind::Add, _) => repeated || !matches!(name, "link" | "keep-git-dir" | "unpack"),
        (Kind::Healthcheck, Some(value)) if kind == ErrorKind::FlagValue => match name {
            "retries" => !value.text.bytes().all(|byte| byte.is_ascii_digit()),
            _ => !is_duration(&value.text),
        },
        (Kind::From | Kind::Healthcheck | Kind::Expose | Kind::Onbuild, _) => true,
        _ => false,
    }
}

/// Whether the flag is one of RUN.
pub(super) fn is_run_flag(flag: &Flag<'_>) -> bool {
    flag.value.is_some() && matches!(flag.name.text.as_ref(), "mount" | "network" | "security")
}

/// Whether the flag of a COPY is the first source path: it has no value, or one that it cannot have. All following
/// words are paths, too.
pub(super) fn is_copy_path(flag: &Flag<'_>) -> bool {
    match (flag.name.text.as_ref(), &flag.value) {
        ("link" | "parents", Some(value)) => !matches!(value.text.as_ref(), "true" | "false"),
        ("link" | "parents", None) => false,
        (_, value) => value.is_none(),
    }
}

/// A number, with or without fraction and exponent, and one of `s`, `m`, `h`.
fn is_duration(text: &str) -> bool {
    let Some(number) = text.strip_suffix(['s', 'm', 'h']) else { return false };
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.ends_with(|c: char| c.is_ascii_digit())
        && number.parse::<f64>().is_ok()
}

fn begins_like_an_instruction(body: &[u8]) -> bool {
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    first.is_none_or(|line| {
        let word = line.split(|byte| matches!(byte, b'\t' | 0x0B | 0x0C | b'\r' | b' ')).next();
        Kind::from_name(&String::from_utf8_lossy(word.unwrap_or_default())) != Kind::Unknown
    })
}

/// Whether hadolint rejects the value: it accepts one character, with or without a backslash before it, and any value
/// after a key that is not in lower case.
fn refuses_escape(file: &Dockerfile<'_>, span: Span) -> bool {
    file.items.iter().any(|item| {
        let Node::Directive(directive) = &item.node else { return false };
        let value = directive.value.text.as_ref();
        let character = value.strip_prefix('\\').filter(|rest| !rest.is_empty()).unwrap_or(value).trim();
        let read = directive.key.text != "escape" || character.chars().count() == 1;
        directive.value.span == span && !read
    })
}

#[cfg(test)]
mod tests {
    use super::refused_by_hadolint;
    use crate::syntax::parse;

    #[test]
    fn errors_that_hadolint_has_too() {
        for (text, refused) in [
            ("# escape=ab\nFROM a", true),
            ("# Escape=ab\nFROM a", false),
            ("# escape=\\a\nFROM a", false),
            ("FROM a\nRUNN b", true),
            ("FROM", true),
            ("FROM a b", true),
            ("FROM a RUN", false),
            ("FROM a # b", false),
            ("FROM --a=b c", true),
            ("FROM a\nARG", true),
            ("FROM a\nONBUILD", true),
            ("FROM a\nONBUILD ENV A", true),
            ("FROM a\nENV", true),
            ("FROM a\nENV --a", false),
            ("FROM a\nENV A", true),
            ("FROM a\nENV A=1 B", true),
            ("FROM a\nENV A=1 B C", false),
            ("FROM a\nENV A=1 B C D", false),
            ("FROM a\nLABEL =a", false),
            ("FROM a\nSHELL", true),
            ("FROM a\nSHELL --a", false),
            ("FROM a\nSHELL []", false),
            ("FROM a\nCOPY", true),
            ("FROM a\nCOPY a", true),
            ("FROM a\nCOPY --a b", false),
            ("FROM a\nCOPY --link b", true),
            ("FROM a\nCOPY --link=x b c", false),
            ("FROM a\nCOPY --from=b --from=c d e", true),
            ("FROM a\nCOPY --a=b c d", true),
            ("FROM a\nADD --a b", true),
            ("FROM a\nADD --link=x b c", false),
            ("FROM a\nCOPY a <<B\nB\n", true),
            ("FROM a\nRUN <<B\nc\n", true),
            ("FROM a\nRUN <<B\n# c\nUSER d\n", false),
            ("FROM a\nVOLUME", true),
            ("FROM a\nVOLUME []", false),
            ("FROM a\nEXPOSE", true),
            ("FROM a\nEXPOSE \n", false),
            ("FROM a\nUSER", true),
            ("FROM a\nUSER --", false),
            ("FROM a\nHEALTHCHECK", true),
            ("FROM a\nHEALTHCHECK a", true),
            ("FROM a\nHEALTHCHECK CMD", true),
            ("FROM a\nHEALTHCHECK CMD []", false),
            ("FROM a\nHEALTHCHECK NONE a", true),
            ("FROM a\nHEALTHCHECK NONE USER", false),
            ("FROM a\nHEALTHCHECK --retries=-1 CMD b", true),
            ("FROM a\nHEALTHCHECK --retries=99999999999 CMD b", false),
            ("FROM a\nHEALTHCHECK --interval=1 CMD b", true),
            ("FROM a\nHEALTHCHECK --interval=1e3s CMD b", false),
            ("FROM a\nHEALTHCHECK --timeout CMD b", true),
            ("FROM a\nRUN --mount= b", true),
            ("FROM a\nRUN --mount=from=$b,target=/c d", false),
            ("FROM a\nRUN --network=a b", true),
            ("FROM a\nRUN --device= b", false),
            ("FROM a\nRUN --a b", false),
            ("FROM a\nRUN --network=none --a b", true),
            ("FROM a\nRUN --a --network b", false),
            ("FROM a\nUSER --a b", false),
            ("FROM a\nEXPOSE --a 1", true),
            ("", false),
        ] {
            let file = parse(text.as_bytes());
            assert!(!file.errors.is_empty(), "{text:?}");
            let found = file.errors.iter().any(|error| refused_by_hadolint(&file, error));
            assert_eq!(found, refused, "{text:?}: {:?}", file.errors);
        }
    }
}
