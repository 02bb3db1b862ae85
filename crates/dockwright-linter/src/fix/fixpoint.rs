//! Checks and fixes a text repeatedly until there is nothing left to fix. Harmful fixes are not applied.

use std::collections::HashSet;

use super::WithheldFix;
use super::invariants::{LintResult, find_broken_invariant};
use super::select::select_fixes;
use super::splice::apply_edits;
use super::withhold::is_about_ignores;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::source::LineIndex;

/// Maximum number of passes. No chain of fixes needs as many, so fixes that are not stable by then never will be.
const MAX_PASSES: usize = 50;
/// Maximum number of analyses for finding harmful fixes. After that, all remaining candidates are dropped.
const MAX_LINTS: usize = 300;
/// Maximum number of bytes that these analyses read together, so that there are fewer analyses of a long
/// file.
const MAX_BYTES: usize = 8 << 20;
/// Minimum number of analyses, even of a long file: enough to find one harmful fix among a thousand.
const MIN_ANALYSES: usize = 20;

/// Which fixes may be applied.
#[derive(Clone, Copy)]
pub struct FixSelection<'w> {
    /// The least trusted class of fixes to apply.
    pub least: Applicability,
    /// Whether fixes of diagnostics with this code, or with it as an alias, are applied.
    pub wanted: &'w dyn Fn(&str) -> bool,
}

impl FixSelection<'_> {
    /// Trusts every fix of this class or a safer one.
    #[must_use]
    pub fn trusting_at_least(least: Applicability) -> Self {
        Self { least, wanted: &|_| true }
    }

    /// Whether a fix of this class is applied, regardless of the rule.
    #[must_use]
    pub(crate) fn allows(&self, class: Applicability) -> bool {
        class >= self.least && class > Applicability::Suggestion
    }

    /// Whether the code of the diagnostic or one of its aliases is selected.
    #[must_use]
    pub fn is_selected(&self, diagnostic: &Diagnostic) -> bool {
        std::iter::once(&diagnostic.code).chain(&diagnostic.aliases).any(|code| (self.wanted)(code))
    }
}

/// A fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFix {
    pub code: &'static str,
    pub title: String,
    /// The line of its problem in the original text; `None` if other fixes had changed the text before.
    pub line: Option<u32>,
}

/// A text after all fixes.
#[derive(Debug)]
pub struct FixedText {
    pub text: Vec<u8>,
    /// The remaining diagnostics of `text`.
    pub left: Vec<Diagnostic>,
    /// The applied fixes in their order.
    pub made: Vec<AppliedFix>,
    /// Fixes that were not applied, and why: those that must not be applied in this file at all, and those whose
    /// result would have broken an invariant.
    pub refused: Vec<WithheldFix>,
}

/// Applies every fix that `trust` allows and that does no harm. `lint` returns the diagnostics of a text.
///
/// A fix does harm if the file no longer builds (a new `DL1000`), if a new diagnostic of the same or a higher
/// severity appears that the old text did not just hide, or if a comment is lost or moved above something else. Such
/// a fix is not applied, and is listed in [`FixedText::refused`].
pub fn fix_until_stable(
    source: &[u8],
    trust: FixSelection<'_>,
    lint: &dyn Fn(&[u8]) -> LintResult,
) -> FixedText {
    let first = lint(source);
    let mut text = source.to_vec();
    let mut now = first;
    let mut made: Vec<AppliedFix> = Vec::new();
    let mut refused: Vec<RefusedFix> = Vec::new();
    let mut known: HashSet<(&'static str, Vec<u8>)> = HashSet::new();
    // The reason for a refusal may no longer exist after other fixes, so all are tried again then.
    let mut made_since = 0usize;
    let mut lints = 0usize;
    for pass in 0.. {
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            trust.allows(fix.applicability)
                && trust.is_selected(diagnostic)
                && !known.contains(&(diagnostic.code, diagnostic.span.bytes(&text).to_vec()))
        };
        // Problems that a corrected comment ignores must not be fixed: comments come first.
        let of_ignores =
            |diagnostic: &Diagnostic, fix: &Fix| is_about_ignores(diagnostic.code) && wanted(diagnostic, fix);
        let mut chosen = select_fixes(&now.diagnostics, &of_ignores);
        if chosen.is_empty() {
            chosen = select_fixes(&now.diagnostics, &wanted);
        }
        if chosen.is_empty() {
            if made_since == 0 || refused.is_empty() {
                break;
            }
            (made_since, refused, known) = (0, Vec::new(), HashSet::new());
            continue;
        }
        if pass >= MAX_PASSES {
            // The file stays unchanged: a sequence of fixes that never ends is an error.
            let code = chosen.first().map_or("", |diagnostic| diagnostic.code);
            let never = WithheldFix { code, reason: "the fixes undo each other" };
            return FixedText {
                text: source.to_vec(),
                left: lint(source).diagnostics,
                made: Vec::new(),
                refused: vec![never],
            };
        }
        let (good, next) =
            apply_if_harmless(&text, &now, chosen, lint, &mut lints, &mut |diagnostic, reason| {
                known.insert((diagnostic.code, diagnostic.span.bytes(&text).to_vec()));
                refused.push(RefusedFix { code: diagnostic.code, reason });
            });
        let Some(next) = next else { continue };
        made_since += good.len();
        let lines = (made.is_empty() && !good.is_empty()).then(|| LineIndex::new(source));
        made.extend(good.iter().filter_map(|fixed| {
            let title = fixed.fix.as_ref()?.title.clone();
            Some(AppliedFix {
                code: fixed.code,
                title,
                line: lines.as_ref().map(|lines| lines.line(fixed.span.start)),
            })
        }));
        (text, now) = next;
    }
    let mut reasons = std::mem::take(&mut now.withheld);
    reasons.retain(|withheld| (trust.wanted)(withheld.code));
    reasons.extend(
        refused.into_iter().map(|refused| WithheldFix { code: refused.code, reason: refused.reason }),
    );
    FixedText { text, left: now.diagnostics, made, refused: reasons }
}

/// Applies the fix of one diagnostic to the text that `before` was computed from.
///
/// # Errors
/// The invariant that it would break: [`fix_until_stable`] would skip it.
pub fn apply_alone_if_harmless(
    text: &[u8],
    before: &LintResult,
    diagnostic: &Diagnostic,
    lint: &dyn Fn(&[u8]) -> LintResult,
) -> Result<Vec<u8>, &'static str> {
    try_fix(text, before, &[diagnostic], lint).map(|(text, _)| text)
}

struct RefusedFix {
    code: &'static str,
    reason: &'static str,
}

/// The largest part of `chosen` that does no harm, found by bisection, and the resulting text.
fn apply_if_harmless<'d>(
    text: &[u8],
    before: &LintResult,
    chosen: Vec<&'d Diagnostic>,
    lint: &dyn Fn(&[u8]) -> LintResult,
    lints: &mut usize,
    refuse: &mut dyn FnMut(&Diagnostic, &'static str),
) -> (Vec<&'d Diagnostic>, Option<(Vec<u8>, LintResult)>) {
    let mut good: Vec<&Diagnostic> = Vec::new();
    let mut next = None;
    let mut groups = vec![chosen];
    let most = (MAX_BYTES / text.len().max(1)).clamp(MIN_ANALYSES, MAX_LINTS);
    while let Some(mut group) = groups.pop() {
        let with_group: Vec<&Diagnostic> = good.iter().chain(&group).copied().collect();
        *lints += 1;
        match try_fix(text, before, &with_group, lint) {
            Ok(result) => {
                good = with_group;
                next = Some(result);
            }
            Err(reason) if group.len() == 1 || *lints > most => {
                for diagnostic in group {
                    refuse(diagnostic, reason);
                }
            }
            Err(_) => {
                let second = group.split_off(group.len() / 2);
                groups.extend([second, group]);
            }
        }
    }
    (good, next)
}

fn try_fix(
    text: &[u8],
    before: &LintResult,
    chosen: &[&Diagnostic],
    lint: &dyn Fn(&[u8]) -> LintResult,
) -> Result<(Vec<u8>, LintResult), &'static str> {
    let fixes = chosen.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
    let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_unstable();
    edits.dedup();
    let next = apply_edits(text, edits.iter().copied()).ok_or("its edits overlap")?;
    let after = lint(&next);
    match find_broken_invariant(before, &after, chosen, &edits, (text, &next)) {
        Some(reason) => Err(reason),
        None => Ok((next, after)),
    }
}
