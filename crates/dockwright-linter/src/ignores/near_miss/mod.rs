//! Near misses: comments that were meant as ignore comments, but that their program does not read as such.

mod correct;
mod report;
mod written;

use super::comment::IgnoreProgram;
use super::{buildkit, own};
use crate::semantic::HadolintPragma;
use crate::shell::ShellCheckDirective;
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction, Kind, Node};
pub(super) use correct::IgnoreCorrection;
pub(super) use report::near_miss_diagnostic;
use written::WrittenIgnore;

/// A comment that was probably meant to ignore problems, but has no effect.
#[derive(Debug)]
pub(super) struct NearMissIgnore {
    pub program: IgnoreProgram,
    /// From the `#` to the end of the line, without spaces at its end.
    pub comment: Span,
    /// The instruction that it was meant for, if there is one.
    pub instruction: Option<Span>,
    /// The codes that it names, as written.
    pub codes: Vec<String>,
    pub fault: NearMissFault,
    /// `None` if the comment has to be moved instead.
    pub(crate) correction: Option<IgnoreCorrection>,
}

/// Why a comment ignores nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NearMissFault {
    /// A different word or character instead of `ignore=`.
    Key,
    /// Wrong upper or lower case.
    Case,
    /// A code that the program does not have.
    ForeignCode,
    /// Codes are not separated by commas.
    Separator,
    /// A reason that does not follow a `#`.
    Words,
    /// The codes are valid, but the text around them is not.
    List,
    /// A code after the first space is part of the reason.
    CodeInReason,
    /// BuildKit reads comments only from the first column.
    Indented,
    /// The program does not read comments inside an instruction.
    InsideInstruction,
    /// The comment is part of a script.
    InsideHeredoc,
    /// ShellCheck only sees comments inside a `RUN`.
    OutsideRun,
    /// No codes follow.
    NoCodes,
    /// Another value than `off` for `pin`.
    PinValue,
}

/// Where a comment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommentPlace {
    Top { indented: bool },
    Continuation,
    Heredoc,
}

/// All near misses of a file, in order.
pub(super) fn find_near_misses(file: &Dockerfile<'_>) -> Vec<NearMissIgnore> {
    let mut found = Vec::new();
    // The index of the first near miss after the last instruction.
    let mut first_waiting = 0;
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => {
                let place = CommentPlace::Top { indented: comment.indented };
                found.extend(read_near_miss(&comment.text, comment.span.start, place));
            }
            Node::Instruction(instruction) => {
                for near_miss in found.get_mut(first_waiting..).unwrap_or_default() {
                    near_miss.instruction = Some(instruction.span);
                }
                find_near_misses_in_instruction(file, instruction, &mut found);
                first_waiting = found.len();
            }
            Node::Directive(_) | Node::Blank | Node::ByteOrderMark => {}
        }
    }
    // A comment with a second `#` and no instruction below it is disabled on purpose.
    found.retain(|near_miss| {
        near_miss.instruction.is_some()
            || near_miss.comment.bytes(file.source).get(1).is_none_or(|byte| *byte != b'#')
    });
    found
}

/// The comments in the continuation lines and the heredocs of an instruction.
fn find_near_misses_in_instruction(
    file: &Dockerfile<'_>,
    outer: &Instruction<'_>,
    found: &mut Vec<NearMissIgnore>,
) {
    let mut add = |line: Span, place: CommentPlace| {
        let Ok(text) = std::str::from_utf8(line.bytes(file.source)) else { return };
        let Some(comment) = text.trim_start().strip_prefix('#') else { return };
        let spaces = u32::try_from(text.len() - text.trim_start().len()).unwrap_or(u32::MAX);
        let near_miss = read_near_miss(comment.trim_end(), line.start.saturating_add(spaces), place);
        found
            .extend(near_miss.map(|near_miss| NearMissIgnore { instruction: Some(outer.span), ..near_miss }));
    };
    let lines = outer.continuations.iter().flat_map(|line| &line.skipped);
    lines.filter(|line| line.comment).for_each(|line| add(line.span, CommentPlace::Continuation));
    let instruction = match &outer.arguments {
        Arguments::Onbuild(inner) => inner,
        _ => outer,
    };
    if instruction.kind != Kind::Run {
        return;
    }
    for heredoc in &instruction.heredocs {
        let mut start = heredoc.body.start;
        for line in heredoc.body.bytes(file.source).split_inclusive(|byte| *byte == b'\n') {
            let end = start.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
            if line.trim_ascii_start().starts_with(b"#") {
                add(Span::new(start, end), CommentPlace::Heredoc);
            }
            start = end;
        }
    }
}

/// The comment with this text, which follows the `#` at byte `start` of the file.
fn read_near_miss(text: &str, start: u32, place: CommentPlace) -> Option<NearMissIgnore> {
    let text = text.trim_end();
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_add(1);
    let comment = Span::new(start, start.saturating_add(length));
    if let (CommentPlace::Top { .. }, Some((program, fault))) = (place, read_incomplete(text)) {
        let codes = Vec::new();
        return Some(NearMissIgnore { program, comment, instruction: None, codes, fault, correction: None });
    }
    let written = WrittenIgnore::read(text)?;
    let fault = find_near_miss_fault(text, &written, place)?;
    let moved = matches!(fault, NearMissFault::InsideInstruction | NearMissFault::InsideHeredoc);
    let correction = if moved { None } else { IgnoreCorrection::new(text, &written, fault) };
    if !moved && correction.is_none() {
        return None;
    }
    Some(NearMissIgnore {
        program: written.program,
        comment,
        instruction: None,
        codes: written.codes.iter().map(ToString::to_string).collect(),
        fault,
        correction,
    })
}

/// The program and the fault of a comment that has the words of an ignore comment, but no codes, or that gives `pin` a
/// value that it does not have.
fn read_incomplete(text: &str) -> Option<(IgnoreProgram, NearMissFault)> {
    let spaced = text.replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    match words.as_slice() {
        ["dockwright", "ignore" | "ignore-file"] | ["dockwright", "ignore" | "ignore-file", "="] => {
            Some((IgnoreProgram::Dockwright, NearMissFault::NoCodes))
        }
        ["hadolint", "ignore"] | ["hadolint", "ignore", "="] | ["hadolint", "global", "ignore", "="] => {
            Some((IgnoreProgram::Hadolint, NearMissFault::NoCodes))
        }
        ["dockwright", "pin"] => Some((IgnoreProgram::Dockwright, NearMissFault::PinValue)),
        ["dockwright", "pin", "=", rest @ ..] if rest.first() != Some(&"off") => {
            Some((IgnoreProgram::Dockwright, NearMissFault::PinValue))
        }
        _ => None,
    }
}

/// Why the program does not read the comment; `None` if it does.
fn find_near_miss_fault(
    text: &str,
    written: &WrittenIgnore<'_>,
    place: CommentPlace,
) -> Option<NearMissFault> {
    match (written.program, place) {
        (IgnoreProgram::Dockwright, CommentPlace::Heredoc) => return Some(NearMissFault::InsideHeredoc),
        (IgnoreProgram::Hadolint, CommentPlace::Continuation | CommentPlace::Heredoc) => {
            return Some(NearMissFault::InsideInstruction);
        }
        (IgnoreProgram::Hadolint, CommentPlace::Top { .. }) if HadolintPragma::parse(text).is_some() => {
            return None;
        }
        (IgnoreProgram::Dockwright, _) => {
            if let Some(codes) = own::ignored_codes(text) {
                let fault = if written.continues_in_reason {
                    NearMissFault::CodeInReason
                } else {
                    NearMissFault::List
                };
                return (codes != written.codes).then_some(fault);
            }
        }
        (IgnoreProgram::ShellCheck, CommentPlace::Top { .. }) => return Some(NearMissFault::OutsideRun),
        (IgnoreProgram::ShellCheck, _) if ShellCheckDirective::parse(&format!("#{text}")).is_some() => {
            return None;
        }
        (IgnoreProgram::Buildkit, CommentPlace::Continuation | CommentPlace::Heredoc) => return None,
        (IgnoreProgram::Buildkit, CommentPlace::Top { indented }) if buildkit::is_buildkit_comment(text) => {
            return indented.then_some(NearMissFault::Indented);
        }
        _ => {}
    }
    Some(written.fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fault and the corrected form of a comment with this text.
    fn find_near_miss_fault(text: &str, place: CommentPlace) -> Option<(NearMissFault, String)> {
        let comment = text.strip_prefix('#').expect("a comment");
        let found = read_near_miss(comment, 0, place)?;
        let text = found.correction.map(|correction| correction.text).unwrap_or_default();
        Some((found.fault, text))
    }

    const TOP: CommentPlace = CommentPlace::Top { indented: false };

    #[test]
    fn incomplete_comments_are_found() {
        use NearMissFault::{NoCodes, PinValue};
        for (text, expected) in [
            ("# dockwright ignore=", Some(NoCodes)),
            ("# dockwright ignore", Some(NoCodes)),
            ("# dockwright ignore-file =", Some(NoCodes)),
            ("# hadolint ignore=", Some(NoCodes)),
            ("# dockwright pin=on", Some(PinValue)),
            ("# dockwright pin", Some(PinValue)),
            ("# dockwright pin=off", None),
            ("# dockwright pin=off why", None),
            ("# dockwright pin the version", None),
            ("# hadolint ignores this", None),
        ] {
            let found = find_near_miss_fault(text, TOP);
            assert_eq!(found.map(|(fault, _)| fault), expected, "{text}");
        }
    }

    #[test]
    fn corrects_near_misses() {
        use NearMissFault::{Case, CodeInReason, ForeignCode, Key, List, OutsideRun, Separator, Words};
        for (text, fault, correct) in [
            ("# dockwright: ignore=DL3008", Key, "# dockwright ignore=DL3008"),
            ("# dockwright ignore DL3008", Key, "# dockwright ignore=DL3008"),
            (
                "# dockwright ignore: DL3008 pinned by the mirror",
                Key,
                "# dockwright ignore=DL3008 pinned by the mirror",
            ),
            ("#dockwright disable=DL3008", Key, "#dockwright ignore=DL3008"),
            ("# dockwright-ignore=DL3008", Key, "# dockwright ignore=DL3008"),
            ("# dockwright:ignore:DL3008", Key, "# dockwright ignore=DL3008"),
            ("# dockwrigth ignore=DL3008", Key, "# dockwright ignore=DL3008"),
            ("# Dockwright ignore=DL3008", Case, "# dockwright ignore=DL3008"),
            ("# dockwright Ignore=DL3008", Case, "# dockwright ignore=DL3008"),
            ("# dockwright ignore=DL3008 DL3015", CodeInReason, "# dockwright ignore=DL3008,DL3015"),
            ("# dockwright ignore=DL3008; DL3015", CodeInReason, "# dockwright ignore=DL3008,DL3015"),
            ("# dockwright ignore=DL3008 DL3015: why", CodeInReason, "# dockwright ignore=DL3008,DL3015 why"),
            ("# dockwright ignore file=DL3008", Key, "# dockwright ignore-file=DL3008"),
            ("# dockwright global ignore=DL3008", Key, "# dockwright ignore-file=DL3008"),
            ("# dockwright ignore rule copy-ignored-file", Key, "# dockwright ignore=CopyIgnoredFile"),
            ("# hadolint ignore DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint ignore: DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint: ignore=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint:ignore=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint-ignore DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint disable=DL3008,DL3015", Key, "# hadolint ignore=DL3008,DL3015"),
            ("# hadolint ingore=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint igonre DL3008", Key, "# hadolint ignore=DL3008"),
            ("# dockwright ignor=DL3008 why", Key, "# dockwright ignore=DL3008 why"),
            ("# hadolint ignored=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint ignore==DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint ignore=DL3008 because words", Words, "# hadolint ignore=DL3008 # because words"),
            ("# hadolint ignore=DL3008 - no pins", Words, "# hadolint ignore=DL3008 # no pins"),
            ("# hadolint ignore=DL3008 DL3015", Separator, "# hadolint ignore=DL3008,DL3015"),
            ("# hadolint ignore=DL3008;DL3015", Separator, "# hadolint ignore=DL3008,DL3015"),
            ("# hadolint ignore=DL3008 and DL3015", Separator, "# hadolint ignore=DL3008,DL3015"),
            ("# hadolint ignore=DL3008,", List, "# hadolint ignore=DL3008"),
            ("# hadolint ignore=DL3008,,DL3015 # x", List, "# hadolint ignore=DL3008,DL3015 # x"),
            ("# hadolint ignore=\"DL3008\"", List, "# hadolint ignore=DL3008"),
            ("# hadolint ignore=[DL3008, DL3015]", List, "# hadolint ignore=DL3008,DL3015"),
            ("# hadolint ignore=dl3008", Case, "# hadolint ignore=DL3008"),
            ("# Hadolint ignore=DL3008", Case, "# hadolint ignore=DL3008"),
            ("# HADOLINT IGNORE=DL3008", Case, "# hadolint ignore=DL3008"),
            ("# hadolint global-ignore=DL3008", Key, "# hadolint global ignore=DL3008"),
            ("# hadolint ignore global=DL3008", Key, "# hadolint global ignore=DL3008"),
            ("# hadolint global ignore DL3008", Key, "# hadolint global ignore=DL3008"),
            ("# hadolint ignore-file=DL3008", Key, "# hadolint global ignore=DL3008"),
            ("# haodlint ignore=DL3008", Key, "# hadolint ignore=DL3008"),
            ("## hadolint ignore=DL3008", Key, "# hadolint ignore=DL3008"),
            ("# hadolint ignore=DW2001", ForeignCode, "# dockwright ignore=DW2001"),
            (
                "# hadolint ignore=DL3008,StageNameCasing # x",
                ForeignCode,
                "# dockwright ignore=StageNameCasing x\n# hadolint ignore=DL3008 # x",
            ),
            ("# shellcheck ignore=SC2086", OutsideRun, "# hadolint ignore=SC2086"),
            ("# shellcheck disable=SC2086 # why", OutsideRun, "# hadolint ignore=SC2086 # why"),
            ("# check=skip:StageNameCasing", Key, "# check=skip=StageNameCasing"),
            ("# check: skip=StageNameCasing", Key, "# check=skip=StageNameCasing"),
            (
                "# check skip=StageNameCasing,JSONArgsRecommended",
                Key,
                "# check=skip=StageNameCasing,JSONArgsRecommended",
            ),
            ("# check=ignore=StageNameCasing", Key, "# check=skip=StageNameCasing"),
            ("# check=StageNameCasing", Key, "# check=skip=StageNameCasing"),
            ("# check=skip stagenamecasing", Key, "# check=skip=StageNameCasing"),
        ] {
            assert_eq!(find_near_miss_fault(text, TOP), Some((fault, correct.to_string())), "{text}");
            // The corrected form must be read as an ignore comment.
            for line in correct.lines() {
                assert_eq!(find_near_miss_fault(line, TOP), None, "{line}");
            }
        }
    }

    #[test]
    fn ignores_valid_comments_and_prose() {
        for text in [
            "# dockwright ignore=DL3008",
            "# dockwright ignore = DL3008 , DL3015 why",
            "# dockwright ignore=DL3008 DL3008 wants pins, and the mirror has one version only",
            "# dockwright ignore=DL3008 DL3015 is reported by mistake",
            "# dockwright ignore-file=DL3008",
            "#hadolint ignore=DL3008",
            "#\thadolint\tignore = DL3008 ,DL3015 # why",
            "# hadolint ignore=DL3008# why",
            "# hadolint global ignore=DL3008",
            "# hadolint stage ignore=DL3008",
            "# hadolint shell=bash",
            "# check=skip=StageNameCasing",
            "# Check = skip=StageNameCasing;error=true // why",
            "# check=skip=all",
            "# check=error=true",
            "# hadolint complains about DL3008 here",
            "# hadolint reports DL3008, which we ignore",
            "# hadolint: ignore the warnings below",
            "# hadolint ignores this file",
            "# hadolint DL3008 is off in .hadolint.yaml",
            "# hadolint",
            "# hadolint.yaml ignores DL3008",
            "# see https://github.com/hadolint/hadolint/wiki/DL3008",
            "# DL3008",
            "# # hadolint ignore DL3008",
            "# shellcheck is happy",
            "# check the version",
            "# check skip",
            "# dockwright is not used here",
            "",
        ] {
            let text = if text.is_empty() { "#" } else { text };
            assert_eq!(find_near_miss_fault(text, TOP), None, "{text}");
        }
    }

    #[test]
    fn placement_affects_ignores() {
        use NearMissFault::{Case, Indented, InsideHeredoc, InsideInstruction, Key};
        let (inside, script) = (CommentPlace::Continuation, CommentPlace::Heredoc);
        for (text, place, expected) in [
            ("# hadolint ignore=DL3008", inside, Some((InsideInstruction, ""))),
            ("# hadolint ignore DL3008", script, Some((InsideInstruction, ""))),
            ("# dockwright ignore=DL3008", inside, None),
            ("# dockwright ignore DL3008", inside, Some((Key, "# dockwright ignore=DL3008"))),
            ("# dockwright ignore=DL3008", script, Some((InsideHeredoc, ""))),
            ("# shellcheck disable=SC2086", inside, None),
            ("# shellcheck disable=2086,SC2046 # why", script, None),
            ("# shellcheck ignore=SC2086", script, Some((Key, "# shellcheck disable=SC2086"))),
            ("# shellcheck: disable SC2086 why", inside, Some((Key, "# shellcheck disable=SC2086 # why"))),
            ("# ShellCheck disable=SC2086", inside, Some((Case, "# shellcheck disable=SC2086"))),
            (
                "# check=skip=StageNameCasing",
                CommentPlace::Top { indented: true },
                Some((Indented, "# check=skip=StageNameCasing")),
            ),
            ("# check=skip=StageNameCasing", inside, None),
        ] {
            let expected = expected.map(|(fault, text)| (fault, text.to_string()));
            assert_eq!(find_near_miss_fault(text, place), expected, "{text} {place:?}");
        }
    }
}
