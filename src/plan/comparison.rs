//! [`PlanComparison`]: two versions of a file: the metrics of both, and the problems that only one of them has.

use schemars::JsonSchema;
use serde::Serialize;

use super::{FilePlan, MetricChange, Metrics, PlannedProblem};
use crate::baseline::{BaselineEntry, KnownProblems};

/// A file before and after a change.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlanComparison {
    pub file: String,
    /// `null` if the file is new.
    pub before: Option<Metrics>,
    pub after: Metrics,
    /// The differences; below zero is less.
    pub change: Option<MetricChange>,
    /// Problems that the earlier version does not have, the most expensive first.
    pub new: Vec<PlannedProblem>,
    /// Problems that only the earlier version has; their lines are in that version.
    pub(crate) resolved: Vec<PlannedProblem>,
    /// Whether a build log gave durations.
    pub(crate) is_measured: bool,
}

impl PlanComparison {
    /// Compares the plans of both versions. Problems are the same if their codes and texts are, regardless of their
    /// lines.
    #[must_use]
    pub(crate) fn new(before: Option<FilePlan>, after: FilePlan) -> Self {
        let known = |plan: &FilePlan| {
            let mut known = KnownProblems::new();
            for entry in plan
                .diagnostics
                .iter()
                .filter_map(|found| BaselineEntry::entry_for_diagnostic(&plan.source, found))
            {
                *known.entry(entry).or_default() += 1;
            }
            known
        };
        let of_before = before.as_ref().map(known).unwrap_or_default();
        let of_after = known(&after);
        Self {
            file: after.report.file.clone(),
            change: before.as_ref().map(|before| MetricChange::difference(&before.before, &after.before)),
            resolved: before.as_ref().map_or_else(Vec::new, |before| problems_only_in(before, of_after)),
            new: problems_only_in(&after, of_before),
            is_measured: after.report.steps.iter().any(|step| step.seconds.is_some()),
            before: before.map(|before| before.before),
            after: after.before,
        }
    }
}

/// The problems of a plan that the other one does not have.
fn problems_only_in(plan: &FilePlan, mut other: KnownProblems) -> Vec<PlannedProblem> {
    let is_only = |found| match BaselineEntry::entry_for_diagnostic(&plan.source, found)
        .and_then(|entry| other.get_mut(&entry))
    {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    let keep: Vec<bool> = plan.diagnostics.iter().map(is_only).collect();
    plan.problems.iter().zip(keep).filter(|(_, keep)| *keep).map(|(problem, _)| problem.clone()).collect()
}
