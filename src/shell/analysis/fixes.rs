//! Fixes: which of the analyser's may be offered, and how far they are to be trusted.

use shuck_linter::Diagnostic as Found;

use super::own::Subject;
use super::{Relative, ShellText};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::source::Span;

/// Codes whose fix puts double quotes around something.
const QUOTING: [u32; 7] = [2046, 2048, 2053, 2068, 2086, 2254, 2295];

/// Programs to which a variable often gives a list of words.
const TAKE_LISTS: [&str; 18] = [
    "apk",
    "apt",
    "apt-get",
    "cargo",
    "configure",
    "conda",
    "dnf",
    "gem",
    "go",
    "make",
    "microdnf",
    "npm",
    "pip",
    "pip3",
    "tdnf",
    "yarn",
    "yum",
    "zypper",
];

/// The fix of a diagnostic, with offsets into the text.
pub(super) fn fix(one: &Relative, found: &Found, subject: &Subject<'_>) -> Option<Fix> {
    if one.code == 2006 {
        return dollar_parentheses(one, subject);
    }
    let fix = found.fix.as_ref()?;
    let mut edits = Vec::new();
    for edit in fix.edits() {
        let at = |offset: shuck_ast::TextSize| {
            u32::try_from(usize::from(offset).checked_sub(subject.before)?).ok()
        };
        let span = Span::new(at(edit.range().start())?, at(edit.range().end())?);
        subject.text.get(span.range())?;
        // A line break would end the instruction.
        if edit.content().contains('\n') {
            return None;
        }
        edits.push(Edit::replace(span, edit.content()));
    }
    if edits.is_empty() {
        return None;
    }
    let words = subject.text.get(one.start as usize..one.end as usize)?;
    let (applicability, title) = match one.code {
        2164 => (Applicability::UnsafeLow, "stop when the directory cannot be entered"),
        code if QUOTING.contains(&code) && !is_meant_to_be_split(one, words, subject) => {
            (Applicability::UnsafeMid, "put double quotes around it")
        }
        code if QUOTING.contains(&code) => (Applicability::Shown, "put double quotes around it"),
        _ => (Applicability::Shown, "change it as ShellCheck proposes"),
    };
    Some(Fix::new(applicability, title, edits))
}

/// A backslash means something else between backticks: with one inside, there is no fix.
fn dollar_parentheses(one: &Relative, subject: &Subject<'_>) -> Option<Fix> {
    let inner =
        subject.text.get(one.start as usize..one.end as usize)?.strip_prefix('`')?.strip_suffix('`')?;
    // `$((` would be arithmetic.
    if inner.contains(['\\', '`']) || inner.starts_with('(') {
        return None;
    }
    let open = Edit::replace(Span::new(one.start, one.start + 1), "$(");
    let close = Edit::replace(Span::new(one.end - 1, one.end), ")");
    Some(Fix::safe("write `$(…)` instead of backticks", [open, close]))
}

/// Whether quotes would probably break the command: package lists, options.
fn is_meant_to_be_split(one: &Relative, words: &str, subject: &Subject<'_>) -> bool {
    const LISTS: [&str; 14] = [
        "ARG", "CONF", "DEP", "EXTRA", "FEATURE", "FILES", "FLAG", "LIBS", "LIST", "OPT", "PACKAGE", "PARAM",
        "PKG", "TARGETS",
    ];
    let name = words.to_ascii_uppercase();
    let at = Span::new(one.start, one.end);
    let innermost = subject.script.commands.iter().rev().find(|command| command.span.contains(at));
    LISTS.iter().any(|list| name.contains(list))
        || innermost.is_none_or(|command| {
            command.words.first().is_some_and(|word| {
                let name = word.text.rsplit('/').next().unwrap_or_default();
                TAKE_LISTS.contains(&name)
            }) || command.is_any(&TAKE_LISTS)
        })
}

/// Whether the bytes to be replaced stand in the file as they stood in the text.
pub(super) fn is_true_to_source(fix: &Fix, text: &ShellText<'_>) -> bool {
    fix.edits.iter().all(|edit| {
        let analysed = text.text.as_bytes().get(edit.span.range());
        analysed.is_some() && analysed == text.original.get(edit.span.range())
    })
}
