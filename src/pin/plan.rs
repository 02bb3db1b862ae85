//! [`pin_text`]: a text with its pins written, through the engine that applies fixes.

use super::access::PinSettings;
use super::find::{PinCandidate, find_pinnable};
use super::lookup::LookupResults;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, PIN, Severity};
use crate::fix::{self, FixSelection, FixedText, LintResult};
use crate::semantic::{Semantics, View};
use crate::syntax;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinOptions {
    /// Whether to update existing pins that are not the newest.
    pub update: bool,
    /// Whether to add comments for Renovate.
    pub(crate) annotate: bool,
}

/// Everything in a file that can be pinned.
#[must_use]
pub(crate) fn find_pinnable_places(text: &[u8], settings: &PinSettings) -> Vec<PinCandidate> {
    let file = syntax::parse(text);
    find_pinnable(&Semantics::new(&file, View::Exact), settings)
}

/// The text with all pins that have a response and are harmless; `lint` returns the diagnostics of a text.
pub(crate) fn pin_text(
    text: &[u8],
    settings: &PinSettings,
    answers: &LookupResults,
    options: PinOptions,
    lint: &dyn Fn(&[u8]) -> LintResult,
) -> FixedText {
    let with_pins = |text: &[u8]| {
        let mut lint = lint(text);
        // Fixes of rules, and the reasons why they are withheld, are irrelevant here.
        lint.withheld.clear();
        let file = syntax::parse(text);
        let semantics = Semantics::new(&file, View::Exact);
        let places = find_pinnable(&semantics, settings);
        let mut found: Vec<Diagnostic> =
            places.iter().filter_map(|place| pin_diagnostic(place, answers, options)).collect();
        if options.annotate {
            found.extend(places.iter().filter_map(renovate_diagnostic));
        }
        lint.withheld = fix::withhold_fixes(&mut found, &semantics);
        lint.diagnostics.extend(found);
        lint.diagnostics.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        lint
    };
    let trust = FixSelection { least: Applicability::Safe, wanted: &|code| code == PIN };
    fix::fix_until_stable(text, trust, &with_pins)
}

/// The pin for a place, as the fix of a diagnostic; `None` if nothing changes.
fn pin_diagnostic(place: &PinCandidate, answers: &LookupResults, options: PinOptions) -> Option<Diagnostic> {
    let target = place.target.as_ref().ok()?;
    let version = &answers.get(&target.question)?.found.as_ref().ok()?.version;
    let pinned = target.question.current_pin();
    let is_wanted = match pinned {
        None => true,
        Some(pinned) => options.update && pinned != version,
    };
    if !is_wanted {
        return None;
    }
    let fix = Fix::safe(format!("pin `{}` to {version}", place.name), vec![target.slot.write(version)]);
    Some(diagnostic_with_fix(place, format!("`{}` is not pinned", place.name), fix))
}

/// A comment for Renovate, as the fix of a diagnostic.
fn renovate_diagnostic(place: &PinCandidate) -> Option<Diagnostic> {
    let (at, comment) = place.target.as_ref().ok()?.annotation.as_ref()?;
    let fix = Fix::safe("add a comment for Renovate", vec![Edit::insert(*at, format!("{comment}\n"))]);
    Some(diagnostic_with_fix(place, format!("`{}` has no comment for Renovate", place.name), fix))
}

fn diagnostic_with_fix(place: &PinCandidate, message: String, fix: Fix) -> Diagnostic {
    Diagnostic {
        code: PIN,
        name: place.kind.as_str(),
        aliases: Vec::new(),
        severity: Severity::Warning,
        message,
        help: None,
        span: place.span,
        anchor: place.anchor,
        stage: None,
        fix: Some(fix),
        refused: Vec::new(),
        hidden: Vec::new(),
        loss: None,
        saving: None,
        conditional: false,
    }
}
