//! DL1000: the file cannot be built. What is wrong is found while reading; here it becomes diagnostics.

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::rule::{Check, Fixable, Pairing, Rule};
use crate::semantic::Semantics;
use crate::semantic::build::{FirstError, Refusal, first_error};
use crate::syntax::{Dockerfile, SyntaxError};

pub static RULE: Rule = Rule {
    code: "DL1000",
    name: "invalid-dockerfile",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[
        ("DL3061", Pairing::Instruction),
        ("DL3043", Pairing::Instruction),
        ("DL3023", Pairing::Instruction),
        ("DL3011", Pairing::Instruction),
        ("InvalidDefaultArgInFrom", Pairing::Words),
    ],
    check: Check::Engine,
    docs: include_str!("../../rules/DL1000.md"),
    ..Rule::HADOLINT
};

/// A diagnostic for each thing that the builder refuses.
pub fn diagnostics(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<Diagnostic> {
    let syntax = file.errors.iter().map(|error| diagnostic(error, file, semantics));
    let refusals = semantics.build.refusals_beside_errors(file);
    let refusals = refusals.filter(|refusal| refusal.certain || refusal.lacks_argument);
    syntax.chain(refusals.map(|refusal| of_refusal(refusal, file, semantics))).collect()
}

fn of_refusal(refusal: &Refusal, file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Diagnostic {
    let found = diagnostic(&refusal.error, file, semantics);
    if refusal.certain {
        return found;
    }
    Diagnostic { severity: Severity::Warning, conditional: true, ..found }
}

/// The one error with which BuildKit stops, also where only a missing build argument is to blame; and what another
/// frontend than BuildKit's own may know.
pub fn first(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<Diagnostic> {
    let other = file.errors.iter().filter(|error| error.unknown_name && file.has_other_frontend());
    let other = other.map(|error| diagnostic(error, file, semantics));
    let first = first_error(file, &semantics.build).map(|error| match error {
        FirstError::Syntax(error) => diagnostic(error, file, semantics),
        FirstError::Refusal(refusal) => of_refusal(refusal, file, semantics),
    });
    other.chain(first).collect()
}

fn diagnostic(error: &SyntaxError, file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Diagnostic {
    let fix = error.suggestion.as_ref().map(|(span, text)| {
        let written = String::from_utf8_lossy(span.bytes(file.source));
        let edit = crate::diagnostic::Edit::replace(*span, text.clone());
        Fix::new(crate::diagnostic::Applicability::Shown, format!("change `{written}` to `{text}`"), [edit])
            .missing("the intended spelling is a guess")
    });
    Diagnostic {
        severity: if error.unknown_name && file.has_other_frontend() {
            Severity::Info
        } else {
            Severity::Error
        },
        help: error.help.clone(),
        stage: semantics.stage_at(error.span.start).map(crate::semantic::Stage::display_name),
        fix,
        ..RULE.diagnostic(error.location.unwrap_or(error.span), error.span, &error.message)
    }
}
