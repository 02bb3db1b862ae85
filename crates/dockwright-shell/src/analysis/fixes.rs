//! Selects which of the analyzer's fixes are offered, and how safe they are.

use shuck_linter::Diagnostic as Found;

use super::own::AnalyzedText;
use super::{RelativeDiagnostic, ShellText, quoting};
use crate::{CommandPlace, Connector};
use dockerfile_syntax::Span;
use dockwright_diagnostic::{Applicability, Edit, Fix};

/// Codes whose fix adds double quotes.
const QUOTING: [u32; 7] = [2046, 2048, 2053, 2068, 2086, 2254, 2295];

/// The fix of a diagnostic, with offsets into the text.
pub(super) fn convert_fix(
    one: &RelativeDiagnostic,
    found: &Found,
    subject: &AnalyzedText<'_>,
) -> Option<Fix> {
    if one.code == 2006 {
        return replace_backticks(one, subject);
    }
    if one.code == 2164 {
        return add_or_exit(one, subject);
    }
    let fix = found.fix.as_ref()?;
    let mut edits = Vec::new();
    for edit in fix.edits() {
        let at = |offset: shuck_ast::TextSize| {
            u32::try_from(usize::from(offset).checked_sub(subject.before)?).ok()
        };
        let span = Span::new(at(edit.range().start())?, at(edit.range().end())?);
        subject.text.get(span.range())?;
        // A line break in the replacement would end the instruction.
        if edit.content().contains('\n') {
            return None;
        }
        edits.push(Edit::replace(span, edit.content()));
    }
    if edits.is_empty() {
        return None;
    }
    let quoting = "put double quotes around it";
    if QUOTING.contains(&one.code) {
        edits = quoting::quote_whole_word(one, subject).unwrap_or(edits);
    }
    let (applicability, title) = match one.code {
        // A pattern in an expansion is never split.
        2295 => {
            let fix = Fix::new(Applicability::UnsafeMid, quoting, edits);
            return Some(fix.with_risk("the value may be meant as a pattern"));
        }
        2046 | 2086 if quoting::needs_no_quotes(one, subject) => (Applicability::UnsafeMid, quoting),
        code if QUOTING.contains(&code) => {
            let fix = Fix::new(Applicability::Suggestion, quoting, edits);
            return Some(fix.with_risk("it may be split into words on purpose"));
        }
        _ => {
            let fix = Fix::new(Applicability::Suggestion, suggestion_title(one.code), edits);
            return Some(fix.with_risk("the intent is unknown"));
        }
    };
    Some(Fix::new(applicability, title, edits).with_risk("something may rely on the splitting"))
}

/// The title of the suggestion for a ShellCheck code: an imperative.
const fn suggestion_title(code: u32) -> &'static str {
    match code {
        1001 => "remove the backslash",
        1003 => "move the backslash out of the quotes",
        1007 => "remove the space after `=`",
        2005 => "remove `echo`",
        2014 | 2061 | 2062 | 2102 | 2211 => "quote the wildcard",
        2016 => "use double quotes",
        2021 => "remove the brackets",
        2027 => "remove the inner quotes",
        2034 => "rename it to `_`",
        2035 => "add `./` before the wildcard",
        2038 => "use `-print0` and `-0`",
        2196 => "use `grep -E`",
        2197 => "use `grep -F`",
        2231 => "quote the variable",
        3014 => "use `=`",
        3020 => "use `>` and `2>&1`",
        _ => "apply ShellCheck's fix",
    }
}

/// A backslash has a different meaning between backticks, so there is no fix for text that contains one.
fn replace_backticks(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> Option<Fix> {
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

/// Adds `|| exit` after a `cd` that other commands follow.
fn add_or_exit(one: &RelativeDiagnostic, subject: &AnalyzedText<'_>) -> Option<Fix> {
    let at = Span::new(one.start, one.end);
    let cd = subject.script.commands.iter().rev().find(|command| command.span.contains(at))?;
    let after = subject.text.get(cd.span.end as usize..)?.trim_start_matches([' ', '\t']);
    // In a subshell, as in `( cd a; b )`, `exit` only ends the subshell; with `&` it ends nothing.
    let tied = matches!(cd.connector, Some(Connector::And | Connector::Or | Connector::Pipe));
    let ends = !tied && (after.is_empty() || after.starts_with([';', '\n']));
    (ends && cd.is_any(&["cd", "pushd", "popd"]) && cd.place != CommandPlace::Substitution).then(|| {
        let edits = [Edit::insert(cd.span.end, " || exit")];
        Fix::new(Applicability::UnsafeLow, "exit if `cd` fails", edits)
            .with_risk("later commands may be meant to run anyway")
    })
}

/// Whether the bytes to be replaced are the same in the file as in the text.
pub(super) fn matches_source(fix: &Fix, text: &ShellText<'_>) -> bool {
    fix.edits.iter().all(|edit| {
        let analyzed = text.text.as_bytes().get(edit.span.range());
        analyzed.is_some() && analyzed == text.original.get(edit.span.range())
    })
}
