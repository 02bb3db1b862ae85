//! [`FilePlan`]: the cost of a file, its problems ranked by cost, and the effect of fixes.
//!
//! The effect of fixes is not estimated: the fixes of each level are applied by the same engine that writes them, and
//! the result is analyzed again. Each fix is also applied alone, to determine its savings.

mod comparison;
mod limits;
mod memo;
mod metrics;
mod model;
mod problems;
mod savings;

use crate::baseline::{KnownProblems, split_known_problems};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fix::{FixSelection, LintResult, fix_until_stable};
use crate::optimize::{FileReport, ReportError, StageReport};
use crate::rule::OptimizerScope;
use crate::rules;

pub(crate) use comparison::PlanComparison;
pub(crate) use limits::{ApplicableLimits, CostLimit};
use memo::AnalysisMemo;
pub use model::*;

/// How a text is analyzed.
#[derive(Clone, Copy)]
pub struct Analyzer<'e> {
    /// Lints a Dockerfile; the result has the data needed to select fixes.
    pub lint: &'e dyn Fn(&[u8]) -> LintResult,
    /// Whether problems with this code are listed.
    pub is_listed: &'e dyn Fn(&str) -> bool,
    /// Whether the user has selected or ignored some rules.
    pub is_filtered: bool,
    /// Whether `--fix` applies fixes of problems with this code.
    pub is_fixed: &'e dyn Fn(&str) -> bool,
    /// Computes the costs of a Dockerfile.
    pub report: &'e dyn Fn(&[u8]) -> Result<FileReport, ReportError>,
}

/// The plan of a file. Problems that are `known` are not listed.
///
/// # Errors
/// The file has no stage, lacks the target stage, or is too long.
pub fn plan_file(
    source: &[u8],
    known: Option<&KnownProblems>,
    analyzer: Analyzer<'_>,
) -> Result<FilePlan, ReportError> {
    let memo = AnalysisMemo::new(analyzer);
    let report = memo.report(source)?;
    let lint = memo.analyze(source);
    let after: Vec<LevelEffect> = FixLevel::ALL
        .into_iter()
        .map(|level| effect_of_level(source, &report, level, &memo, analyzer))
        .collect();
    let listed = match known {
        Some(known) => split_known_problems(known, source, lint.diagnostics.clone()).0,
        None => lint.diagnostics.clone(),
    };
    let is_listed = |found: &Diagnostic| {
        std::iter::once(&found.code).chain(&found.aliases).any(|code| (analyzer.is_listed)(code))
            && is_in_built_stage(&report, found)
    };
    let diagnostics: Vec<Diagnostic> = listed.into_iter().filter(is_listed).collect();
    let before = Metrics::from_report(&report);
    let (problems, diagnostics) = problems::plan_problems(
        diagnostics,
        &problems::ProblemContext {
            source,
            lint: &lint,
            report: &report,
            figures: &before,
            memo: &memo,
            after: &after,
        },
    );
    let ranking = problems::rank_problems(&problems);
    let changes = HundredChanges::from_metrics(&before, after.last().map_or(&before, |after| &after.figures));
    let is_filtered = known.is_some() || analyzer.is_filtered;
    let source = source.to_vec();
    Ok(FilePlan { report, before, after, changes, problems, ranking, is_filtered, diagnostics, source })
}

/// Whether the target needs the stage that a problem is in: stages that are not built cost nothing.
fn is_in_built_stage(report: &FileReport, found: &Diagnostic) -> bool {
    if rules::find_by_code(found.code).is_some_and(|rule| rule.in_optimizer == OptimizerScope::AllStages) {
        return true;
    }
    let Some(name) = found.stage.as_deref() else { return true };
    let is_it = |stage: &&StageReport| match &stage.name {
        Some(own) => own == name,
        None => stage.index.to_string() == name,
    };
    report.stages.iter().find(is_it).is_none_or(|stage| stage.built)
}

/// The effect of the fixes of a level.
fn effect_of_level(
    source: &[u8],
    now: &FileReport,
    level: FixLevel,
    memo: &AnalysisMemo<'_>,
    analyzer: Analyzer<'_>,
) -> LevelEffect {
    let trust = FixSelection { least: level.applicability(), wanted: analyzer.is_fixed };
    let settled = fix_until_stable(source, trust, &|text| memo.analyze(text));
    let changed = settled.text != source;
    // Analysis only fails for a text with a build error, and no fix introduces one.
    let report = if changed { memo.report(&settled.text).ok() } else { None };
    let report = report.unwrap_or_else(|| now.clone());
    LevelEffect {
        level,
        made: settled.made.into_iter().map(|fix| AppliedFix { code: fix.code, title: fix.title }).collect(),
        refused: settled
            .refused
            .into_iter()
            .map(|withheld| UnappliedFix { code: withheld.code, reason: withheld.reason.to_string() })
            .collect(),
        figures: Metrics::from_report(&report),
        diff: memo.diff(&now.file, source, &settled.text),
        report,
        left: settled.left.iter().map(|found| found.code).collect(),
    }
}

impl FixLevel {
    /// From `--fix` alone to the highest level of `--unsafe-fixes`.
    pub const ALL: [Self; 4] = [Self::Safe, Self::Low, Self::Mid, Self::High];

    /// The least trusted class of fix that the level applies.
    #[must_use]
    pub const fn applicability(self) -> Applicability {
        match self {
            Self::Safe => Applicability::Safe,
            Self::Low => Applicability::UnsafeLow,
            Self::Mid => Applicability::UnsafeMid,
            Self::High => Applicability::UnsafeHigh,
        }
    }
}
