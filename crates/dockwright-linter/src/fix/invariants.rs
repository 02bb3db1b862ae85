//! What a fix must not do to a file, checked by an analysis before and after.

use std::collections::{HashMap, HashSet};

use super::withhold::is_about_ignores;
use crate::diagnostic::{Diagnostic, Edit, PIN, Severity};
use crate::rules::{self, dw0001};
use crate::source::Span;

/// The result of one analysis of a text.
#[derive(Debug, Default, Clone)]
pub struct LintResult {
    pub diagnostics: Vec<Diagnostic>,
    /// In the order of the file.
    pub comments: Vec<PlacedComment>,
    /// Fixes that must not be applied in this file.
    pub withheld: Vec<super::WithheldFix>,
    /// The secrets of the text, which a diff must not show.
    pub hidden: Vec<Span>,
}

/// A comment and the text below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedComment {
    /// From the `#` to the end of the line, trimmed.
    pub text: String,
    pub span: Span,
    /// The first non-space byte of the next line that is neither blank nor a comment. `None` for a comment after
    /// other text on its line, or at the end of the file.
    pub below: Option<u32>,
}

/// The invariant that the change breaks, if any. `edits` are in the order of their spans; `texts` are the old one and
/// the new one.
pub(super) fn find_broken_invariant(
    before: &LintResult,
    after: &LintResult,
    fixed: &[&Diagnostic],
    edits: &[&Edit],
    texts: (&[u8], &[u8]),
) -> Option<&'static str> {
    let refusals =
        |lint: &LintResult| lint.diagnostics.iter().filter(|diagnostic| diagnostic.code == "DL1000").count();
    if refusals(after) > refusals(before) {
        return Some("the fixed file would not build");
    }
    let shifts = OffsetMap::new(edits);
    if causes_new_problem(before, after, fixed, &shifts) {
        return Some("the fix would cause another problem");
    }
    // These fixes change ignore comments. A pin may change `# syntax=`, which is also a comment.
    let of_ignores = fixed.iter().filter(|one| is_about_ignores(one.code) || one.code == PIN);
    let mut about: Vec<Span> = of_ignores
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .flat_map(|fix| fix.edits.iter().map(|edit| edit.span))
        .collect();
    about.sort_unstable();
    if !keeps_comments(before, after, &about, &shifts, texts) {
        return Some("a comment would be lost or move to another instruction");
    }
    None
}

/// Whether there is a new diagnostic that is at least as severe as the least severe fixed one.
fn causes_new_problem(
    before: &LintResult,
    after: &LintResult,
    fixed: &[&Diagnostic],
    shifts: &OffsetMap<'_>,
) -> bool {
    let least = fixed.iter().map(|diagnostic| diagnostic.severity).min().unwrap_or(Severity::Style);
    let is_fixed: HashSet<*const Diagnostic> = fixed.iter().map(|one| std::ptr::from_ref(*one)).collect();
    let mut known: HashMap<&'static str, ReportedCode> = HashMap::new();
    for diagnostic in &before.diagnostics {
        let is_fixed = is_fixed.contains(&std::ptr::from_ref(diagnostic));
        known.entry(diagnostic.code).or_default().places.push(ReportedPlace {
            anchor: diagnostic.anchor,
            is_fixed,
            is_matched: false,
        });
    }
    known.values_mut().for_each(ReportedCode::sort);
    // If there is nothing left to ignore, the comment is useless.
    let revealed: HashSet<&str> = fixed
        .iter()
        .filter_map(|one| rules::find_by_code(one.code))
        .flat_map(|rule| rule.reveals)
        .copied()
        .collect();
    let hidden = |code| code == dw0001::RULE.code || revealed.contains(code);
    after.diagnostics.iter().filter(|found| found.severity >= least && !hidden(found.code)).any(|found| {
        let Some(known) = known.get_mut(found.code) else { return true };
        // A code that is reported only once for many places may now be reported at a different place.
        !known.match_place_at(shifts.to_old_offset(found.anchor.start)) && !known.match_any_place()
    })
}

struct ReportedPlace {
    anchor: Span,
    /// Whether the problem is being fixed.
    is_fixed: bool,
    /// Whether a new diagnostic matches it.
    is_matched: bool,
}

/// The places where a code was reported.
#[derive(Default)]
struct ReportedCode {
    places: Vec<ReportedPlace>,
    /// The largest end of all places up to each place.
    ends: Vec<u32>,
    /// The number of places, counted from the first, that need not be examined again: all are fixed or matched.
    passed: usize,
}

impl ReportedCode {
    fn sort(&mut self) {
        self.places.sort_by_key(|place| place.anchor.start);
        let mut end = 0;
        let ends = self.places.iter().map(|place| {
            end = place.anchor.end.max(end);
            end
        });
        self.ends = ends.collect();
    }

    /// Matches an unmatched place that contains this byte or ends at it. Returns whether there is one.
    fn match_place_at(&mut self, offset: u32) -> bool {
        let was_at = Span::empty(offset);
        let after = self.places.partition_point(|place| place.anchor.start <= offset);
        for at in (0..after).rev() {
            // No earlier place extends that far.
            if self.ends.get(at).is_none_or(|end| *end < offset) {
                break;
            }
            if let Some(place) = self.places.get_mut(at)
                && !place.is_matched
                && place.anchor.contains(was_at)
            {
                place.is_matched = true;
                return true;
            }
        }
        false
    }

    fn match_any_place(&mut self) -> bool {
        let rest = self.places.iter_mut().skip(self.passed);
        for place in rest {
            self.passed += 1;
            if !place.is_fixed && !std::mem::replace(&mut place.is_matched, true) {
                return true;
            }
        }
        false
    }
}

/// Whether every comment is still there, in the same order and above the same text. Comments that a span in `about`
/// touches are exempt.
fn keeps_comments(
    before: &LintResult,
    after: &LintResult,
    about: &[Span],
    shifts: &OffsetMap<'_>,
    texts: (&[u8], &[u8]),
) -> bool {
    // They do not overlap: only the last that begins before the end of the comment can touch it.
    let is_meant = |comment: &PlacedComment| {
        let after = about.partition_point(|span| span.start <= comment.span.end);
        let near = about.get(after.saturating_sub(2)..after).unwrap_or_default();
        near.iter().any(|span| span.overlaps_or_adjoins(comment.span))
    };
    let mut rest = after.comments.iter();
    before
        .comments
        .iter()
        .filter(|old| !is_meant(old) && !comment_moves_with_next_line(old, shifts, texts.0))
        .all(|old| {
            let Some(now) = rest.find(|comment| comment.text == old.text) else { return false };
            match (old.below, now.below) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(below), Some(is_below)) => {
                    let Some(expected) = shifts.to_new_offset(below, texts.0) else { return false };
                    let between = texts.1.get(is_below as usize..expected as usize);
                    between.is_some_and(|text| !text.contains(&b'\n'))
                }
            }
        })
}

/// Whether the comment moves together with the line below it: one edit deletes both, and another one inserts them. If
/// another line replaces the deleted one, the comment moves above that line.
fn comment_moves_with_next_line(comment: &PlacedComment, shifts: &OffsetMap<'_>, old: &[u8]) -> bool {
    let Some(below) = comment.below else { return false };
    let rest = Span::new(below, u32::try_from(old.len()).unwrap_or(u32::MAX)).bytes(old);
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let both = comment.span.enclosing_span(Span::new(below, below + u32::try_from(line.len()).unwrap_or(0)));
    shifts.is_removed(both)
        && shifts.edits.iter().filter(|edit| !edit.text.trim().is_empty()).any(|edit| {
            let mut lines = edit.text.lines().map(str::trim);
            lines.any(|one| one == comment.text)
                && lines
                    .find(|one| !one.is_empty() && !one.starts_with('#'))
                    .is_none_or(|one| one.as_bytes() == line)
        })
}

/// Maps positions between two texts: the edits, and how far each moves the text after it.
struct OffsetMap<'e> {
    edits: &'e [&'e Edit],
    /// The sum of the length changes before each edit.
    before: Vec<i64>,
}

impl<'e> OffsetMap<'e> {
    fn new(edits: &'e [&'e Edit]) -> Self {
        let mut before = vec![0];
        let mut sum = 0;
        for edit in edits {
            sum += signed_text_length(&edit.text) - i64::from(edit.span.len());
            before.push(sum);
        }
        Self { edits, before }
    }

    fn length_change_before(&self, at: usize) -> i64 {
        self.before.get(at).copied().unwrap_or(0)
    }

    /// Where a byte of the old text is in the new one; for a replaced byte, the start of the replacement. `None` if
    /// it is deleted with the rest of its line.
    fn to_new_offset(&self, offset: u32, old: &[u8]) -> Option<u32> {
        let after = self.edits.partition_point(|edit| edit.span.start <= offset);
        let last = after.checked_sub(1).and_then(|at| self.edits.get(at));
        let moved = match last.filter(|edit| edit.span.end > offset) {
            Some(edit) => {
                let rest = Span::new(offset, edit.span.end).bytes(old);
                if edit.text.trim().is_empty() && rest.contains(&b'\n') {
                    return None;
                }
                i64::from(edit.span.start) + self.length_change_before(after - 1)
            }
            None => i64::from(offset) + self.length_change_before(after),
        };
        u32::try_from(moved).ok()
    }

    /// Where a byte of the new text was in the old one.
    fn to_old_offset(&self, offset: u32) -> u32 {
        let starts_at = |at: usize, edit: &Edit| i64::from(edit.span.start) + self.length_change_before(at);
        let (mut low, mut high) = (0, self.edits.len());
        while low < high {
            let middle = low.midpoint(high);
            let Some(edit) = self.edits.get(middle) else { break };
            if starts_at(middle, edit) <= i64::from(offset) { low = middle + 1 } else { high = middle }
        }
        if let Some((at, edit)) = low.checked_sub(1).and_then(|at| Some((at, *self.edits.get(at)?)))
            && i64::from(offset) < starts_at(at, edit) + signed_text_length(&edit.text)
        {
            return edit.span.start;
        }
        u32::try_from(i64::from(offset) - self.length_change_before(low)).unwrap_or(0)
    }

    /// Whether one edit removes the whole span.
    fn is_removed(&self, span: Span) -> bool {
        let after = self.edits.partition_point(|edit| edit.span.start <= span.start);
        let last = after.checked_sub(1).and_then(|at| self.edits.get(at));
        last.is_some_and(|edit| edit.text.trim().is_empty() && edit.span.contains(span))
    }
}

fn signed_text_length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}
