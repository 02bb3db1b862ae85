//! DL1000: the file cannot be built. The errors are found during parsing; here they become diagnostics.

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule};
use crate::semantic::Semantics;
use crate::semantic::build::{BuildRefusal, FirstError, first_error};
use crate::syntax::{Dockerfile, Item, Kind, SyntaxError, quote_excerpt};

pub(crate) static RULE: Rule = Rule {
    code: "DL1000",
    name: "invalid-dockerfile",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[
        ("DL3061", DiagnosticPairing::Instruction),
        ("DL3043", DiagnosticPairing::Instruction),
        ("DL3023", DiagnosticPairing::Instruction),
        ("DL3011", DiagnosticPairing::Instruction),
        ("InvalidDefaultArgInFrom", DiagnosticPairing::Words),
    ],
    check: Check::Engine,
    docs: include_str!("../../../../rules/DL1000.md"),
    ..Rule::HADOLINT
};

/// A diagnostic for each thing that the builder rejects.
pub(crate) fn refusal_diagnostics(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<Diagnostic> {
    let syntax = file.errors.iter().map(|error| syntax_diagnostic(error, file, semantics));
    let refusals = semantics.build.refusals_despite_errors(file);
    let refusals = refusals.filter(|refusal| refusal.certain || refusal.lacks_argument);
    syntax.chain(refusals.map(|refusal| diagnostic_of_refusal(refusal, file, semantics))).collect()
}

fn diagnostic_of_refusal(
    refusal: &BuildRefusal,
    file: &Dockerfile<'_>,
    semantics: &Semantics<'_>,
) -> Diagnostic {
    let found = syntax_diagnostic(&refusal.error, file, semantics);
    if refusal.certain {
        return found;
    }
    Diagnostic { severity: Severity::Warning, conditional: true, ..found }
}

/// The one error with which BuildKit stops, even if only a build argument is missing, and even if another frontend
/// may accept it.
pub(crate) fn first_refusal_diagnostics(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<Diagnostic> {
    let other = file.errors.iter().filter(|error| error.is_unknown_name() && file.has_other_frontend());
    let other = other.map(|error| syntax_diagnostic(error, file, semantics));
    let first = first_error(file, &semantics.build).map(|error| match error {
        FirstError::Syntax(error) => syntax_diagnostic(error, file, semantics),
        FirstError::Refusal(refusal) => diagnostic_of_refusal(refusal, file, semantics),
    });
    other.chain(first).collect()
}

/// For an unknown instruction on the line after another one, which may have lost its continuation: the help, and a
/// fix that adds the missing backslash if nothing else is possible.
fn missing_continuation(
    error: &SyntaxError,
    file: &Dockerfile<'_>,
    semantics: &Semantics<'_>,
) -> Option<(String, Option<Fix>)> {
    let items = &file.items;
    let at = items.iter().position(|item| {
        let unknown = item.instruction().filter(|one| one.kind == Kind::Unknown);
        unknown.is_some_and(|one| one.keyword.span == error.span && !one.keyword.is_empty())
    })?;
    let (before, above) = items.get(..at)?.split_last()?;
    let keyword = &items.get(at)?.instruction()?.keyword.text;
    // If several lines are not instructions, the first instruction above them lost its continuation.
    let unknown = |item: &&Item<'_>| item.instruction().is_some_and(|one| one.kind == Kind::Unknown);
    let mut lines = std::iter::once(before).chain(above.iter().rev());
    let instruction = lines.find(|item| !unknown(item))?.instruction()?;
    if !instruction.heredocs.is_empty() || keyword.chars().next().is_some_and(char::is_uppercase) {
        return None;
    }
    let previous = before.instruction()?.span;
    let (_, line) = semantics.first_and_last_line(previous);
    let escape = char::from(file.escape);
    // A backtick cannot be quoted in backticks.
    let (shown, with_article) = if escape == '`' {
        ("the escape character".to_string(), "the escape character".to_string())
    } else {
        (format!("`{escape}`"), format!("a `{escape}`"))
    };
    let name = quote_excerpt(&instruction.keyword.text);
    let help = format!("if this continues the {name}, add {with_article} at the end of line {line}");
    let goes_on = keyword.starts_with(['&', '|', ';', '-', '>', '<', ')', '}', '"', '\'']);
    let end = previous.start
        + u32::try_from(previous.bytes(file.source).trim_ascii_end().len()).unwrap_or(previous.len());
    let fix = goes_on.then(|| {
        let edit = Edit::insert(end, format!(" {escape}"));
        Fix::new(Applicability::Suggestion, format!("add {shown} at the end of line {line}"), [edit])
            .with_risk("the line may belong elsewhere")
    });
    Some((help, fix))
}

fn syntax_diagnostic(error: &SyntaxError, file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Diagnostic {
    let (hint, continued) = if error.help.is_none() && error.is_unknown_name() {
        let (help, fix) = missing_continuation(error, file, semantics).unzip();
        // A backtick cannot be quoted in backticks.
        let end = if file.escape == b'`' { "the escape character" } else { "`\\`" };
        let is_first = !file.instructions().any(|earlier| earlier.span.end <= error.span.start);
        let spelling = || {
            if is_first {
                "check the spelling, or start the file with `FROM`".to_string()
            } else {
                format!("check the spelling, or end the previous line with {end} if this continues it")
            }
        };
        (Some(help.unwrap_or_else(spelling)), fix)
    } else {
        (None, None)
    };
    let fix = error.suggestion.as_ref().map(|(span, text)| {
        let written = String::from_utf8_lossy(span.bytes(file.source));
        let edit = Edit::replace(*span, text.clone());
        Fix::new(Applicability::Suggestion, format!("change `{written}` to `{text}`"), [edit])
            .with_risk("the intended spelling is a guess")
    });
    Diagnostic {
        severity: if error.is_unknown_name() && file.has_other_frontend() {
            Severity::Info
        } else {
            Severity::Error
        },
        help: error.help.clone().or(hint),
        stage: semantics.stage_at(error.span.start).map(crate::semantic::Stage::display_name),
        fix: fix.or(continued.flatten()),
        ..RULE.diagnostic(error.location.unwrap_or(error.span), error.span, &error.message)
    }
}
