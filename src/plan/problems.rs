//! The problems of a file, each with its fix and what that saves, and the list of them ranked by cost.

use super::memo::AnalysisMemo;
use super::savings::compute_savings;
use super::{FixClass, LevelEffect, MetricChange, Metrics, PlannedEdit, PlannedProblem, ProblemRow};
use crate::diagnostic::{Diagnostic, Fix};
use crate::fix::{LintResult, apply_alone_if_harmless, apply_edits};
use crate::optimize::{Bytes, FileReport};
use crate::source::LineIndex;

/// Maximum number of fixes of a file that are tried alone; for further ones, only the wasted space is counted.
const MAX_TRIED: usize = 40;

/// The context of the problems of a file.
pub(super) struct ProblemContext<'s, 'e> {
    pub source: &'s [u8],
    pub lint: &'s LintResult,
    pub report: &'s FileReport,
    /// The metrics of `report`.
    pub figures: &'s Metrics,
    pub(crate) memo: &'s AnalysisMemo<'e>,
    pub after: &'s [LevelEffect],
}

/// The problems, the most expensive first, and the diagnostics that they come from.
pub(super) fn plan_problems(
    found: Vec<Diagnostic>,
    site: &ProblemContext<'_, '_>,
) -> (Vec<PlannedProblem>, Vec<Diagnostic>) {
    let lines = LineIndex::new(site.source);
    let of = |(at, found): (usize, Diagnostic)| (plan_problem(&found, site, &lines, at < MAX_TRIED), found);
    let mut all: Vec<(PlannedProblem, Diagnostic)> = found.into_iter().enumerate().map(of).collect();
    all.sort_by(|(a, _), (b, _)| {
        b.saves.weight.total_cmp(&a.saves.weight).then_with(|| (a.line, a.code).cmp(&(b.line, b.code)))
    });
    all.into_iter().unzip()
}

fn plan_problem(
    found: &Diagnostic,
    site: &ProblemContext<'_, '_>,
    lines: &LineIndex,
    is_tried: bool,
) -> PlannedProblem {
    let (line, end_line) = lines.first_and_last_line(found.anchor);
    let fix = found.fix.as_ref();
    let mut problem = PlannedProblem {
        code: found.code,
        name: found.name,
        line,
        end_line,
        message: found.message.clone(),
        help: found.help.clone(),
        class: fix.map(|fix| FixClass::from_applicability(fix.applicability)),
        title: fix.map(|fix| fix.title.clone()),
        proof: fix.map(|fix| fix.proof.clone()).unwrap_or_default(),
        missing: fix.and_then(|fix| fix.missing.clone()),
        refused: found.refused.clone(),
        edits: fix
            .iter()
            .flat_map(|fix| &fix.edits)
            .map(|edit| PlannedEdit { start: edit.span.start, end: edit.span.end, text: edit.text.clone() })
            .collect(),
        diff: String::new(),
        change: None,
        saves: super::Savings::default(),
    };
    if let Some(fix) = fix.filter(|_| is_tried) {
        measure_fix_alone(&mut problem, found, fix, site);
    }
    let line_of = |span| lines.first_and_last_line(span).0;
    problem.saves = compute_savings(found, problem.change.as_ref(), site.report, (line, end_line), &line_of);
    problem
}

/// Applies one fix alone, and determines the effect. A fix that no level applies becomes a suggestion, unless the
/// other fixes of a level solve the problem.
fn measure_fix_alone(
    problem: &mut PlannedProblem,
    found: &Diagnostic,
    fix: &Fix,
    site: &ProblemContext<'_, '_>,
) {
    let alone = apply_alone_if_harmless(site.source, site.lint, found, &|text| site.memo.analyze(text));
    let is_applied = |after: &LevelEffect| {
        after.level.applicability() <= fix.applicability
            && after.made.iter().any(|made| made.code == found.code)
    };
    if problem.class != Some(FixClass::Suggestion) && !site.after.iter().any(is_applied) {
        let solves = |after: &&LevelEffect| !after.left.contains(found.code);
        let solved_at = site
            .after
            .iter()
            .find(solves)
            .map(|after| FixClass::from_applicability(after.level.applicability()));
        problem.class = Some(solved_at.unwrap_or(FixClass::Suggestion));
        if solved_at.is_none() {
            let reason = alone.as_ref().err().map(ToString::to_string);
            problem.refused.push(reason.unwrap_or_else(|| describe_conflict(found, fix, site)));
        }
    }
    let text = alone.ok().or_else(|| apply_edits(site.source, fix.edits.iter()));
    let Some(text) = text else { return };
    problem.diff = site.memo.diff(&site.report.file, site.source, &text);
    if let Ok(after) = site.memo.report(&text) {
        problem.change = Some(MetricChange::difference(site.figures, &Metrics::from_report(&after)));
    }
}

/// Why a fix that does no harm alone is not applied together with the others.
fn describe_conflict(found: &Diagnostic, fix: &Fix, site: &ProblemContext<'_, '_>) -> String {
    let is_applied = |code| site.after.iter().any(|after| after.made.iter().any(|made| made.code == code));
    let touches = |other: &Fix| {
        let pairs = other.edits.iter().flat_map(|a| fix.edits.iter().map(move |b| (a, b)));
        pairs.into_iter().any(|(a, b)| a.span.overlaps_or_adjoins(b.span))
    };
    let other = site.lint.diagnostics.iter().find(|other| {
        other.code != found.code && is_applied(other.code) && other.fix.as_ref().is_some_and(touches)
    });
    other.map_or_else(
        || "it no longer applies after the other fixes".to_string(),
        |other| format!("the fix for {} changes the same lines", other.code),
    )
}

/// The list for people: problems of one rule with the same kind of fix are one row, if the message is the same or
/// they belong to the same instruction.
pub(super) fn rank_problems(problems: &[PlannedProblem]) -> Vec<ProblemRow> {
    let mut rows: Vec<ProblemRow> = Vec::new();
    for (at, problem) in problems.iter().enumerate() {
        let same = |row: &&mut ProblemRow| {
            row.code == problem.code
                && row.class == problem.class
                && (row.message == problem.message || row.lines.contains(&problem.line))
        };
        if let Some(row) = rows.iter_mut().find(same) {
            row.problems.push(at);
            row.lines.push(problem.line);
            row.saves.add(&problem.saves);
        } else {
            rows.push(ProblemRow {
                code: problem.code,
                class: problem.class,
                lines: vec![problem.line],
                message: problem.message.clone(),
                saves: problem.saves,
                problems: vec![at],
            });
        }
    }
    for row in &mut rows {
        row.lines.sort_unstable();
        row.lines.dedup();
        row.saves.image = Bytes { unknown: row.saves.image.unknown.min(1), ..row.saves.image };
    }
    rows.sort_by(|a, b| {
        b.saves.weight.total_cmp(&a.saves.weight).then_with(|| (&a.lines, a.code).cmp(&(&b.lines, b.code)))
    });
    rows
}

impl super::Savings {
    fn add(&mut self, other: &Self) {
        self.image += other.image;
        self.rebuild += other.rebuild;
        self.after = self.after.or(other.after);
        self.layers += other.layers;
        self.secret |= other.secret;
        self.weight += other.weight;
    }
}
