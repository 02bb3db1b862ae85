//! [`Metrics`] of a file, and the [`MetricChange`] between two versions of it.

use super::{BytesChange, FilePlan, HundredChanges, MetricChange, Metrics, RebuildCost};
use crate::optimize::{Bytes, ClassCount, Cost, FileReport, Scenario, StepRange};

impl FilePlan {
    /// A file without any problem.
    #[must_use]
    pub fn without_problems(report: FileReport) -> Self {
        let before = Metrics::from_report(&report);
        Self {
            changes: HundredChanges::from_metrics(&before, &before),
            report,
            before,
            after: Vec::new(),
            problems: Vec::new(),
            ranking: Vec::new(),
            is_filtered: false,
            diagnostics: Vec::new(),
            source: Vec::new(),
        }
    }
}

impl HundredChanges {
    #[must_use]
    pub fn from_metrics(now: &Metrics, fixed: &Metrics) -> Self {
        Self { now: now.source.seconds.most * 100.0, fixed: fixed.source.seconds.most * 100.0 }
    }
}

impl Metrics {
    #[must_use]
    pub(crate) fn from_report(report: &FileReport) -> Self {
        let totals = &report.totals;
        let of = |scenario: Scenario| {
            let one = report.scenarios.iter().find(|one| one.scenario == scenario);
            one.map_or_else(RebuildCost::default, |one| RebuildCost {
                happens: !one.changes.is_empty(),
                unknown: one.unknown,
                steps: one.again.len(),
                classes: one.classes.clone(),
                seconds: one.seconds,
            })
        };
        let built = || report.steps.iter().filter(|step| step.built);
        let classes = Cost::ALL
            .into_iter()
            .map(|cost| ClassCount { cost, steps: built().filter(|step| step.cost == cost).count() })
            .filter(|count| count.steps > 0);
        let base = report.base.as_ref().map_or(Bytes::UNKNOWN, |base| base.bytes);
        Self {
            layers: totals.layers,
            image: base + totals.adds,
            added: totals.adds,
            wasted: totals.waste,
            source: of(Scenario::Source),
            dependency: of(Scenario::Manifest),
            argument: of(Scenario::Argument),
            full_build: RebuildCost {
                happens: true,
                unknown: false,
                steps: built().count(),
                classes: classes.collect(),
                seconds: StepRange { least: totals.full_build, most: totals.full_build },
            },
        }
    }
}

impl MetricChange {
    #[must_use]
    pub fn difference(before: &Metrics, after: &Metrics) -> Self {
        let seconds = |before: &RebuildCost, after: &RebuildCost| after.seconds.most - before.seconds.most;
        Self {
            layers: signed_difference(count_as_number(before.layers), count_as_number(after.layers)),
            image: BytesChange::difference(before.image, after.image),
            wasted: BytesChange::difference(before.wasted, after.wasted),
            source: seconds(&before.source, &after.source),
            dependency: seconds(&before.dependency, &after.dependency),
            argument: seconds(&before.argument, &after.argument),
            full_build: seconds(&before.full_build, &after.full_build),
        }
    }
}

impl BytesChange {
    fn difference(before: Bytes, after: Bytes) -> Self {
        Self {
            known: signed_difference(before.known, after.known),
            measured: signed_difference(before.measured, after.measured),
            estimated: signed_difference(before.estimated, after.estimated),
            unknown: i64::from(after.unknown) - i64::from(before.unknown),
        }
    }

    /// The decrease, with its parts kept separate; zero if the total does not decrease.
    #[must_use]
    pub(crate) fn saved_bytes(self) -> Bytes {
        let less = |change: i64| u64::try_from(-change).unwrap_or_default();
        let known = self.known + self.measured + self.estimated;
        if known > 0 {
            return Bytes::NONE;
        }
        let mut saved = Bytes {
            known: less(self.known),
            measured: less(self.measured),
            estimated: less(self.estimated),
            unknown: u32::from(self.unknown < 0),
        };
        if saved.known_total() != known.unsigned_abs() {
            // One part became more and another one less: only the difference counts.
            saved = Bytes { unknown: saved.unknown, ..Bytes::estimated(known.unsigned_abs()) };
        }
        saved
    }
}

fn count_as_number(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn signed_difference(before: u64, after: u64) -> i64 {
    let of = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    of(after) - of(before)
}
