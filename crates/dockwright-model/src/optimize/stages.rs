//! The size of a stage, and how long building it takes.

use super::{Bytes, FileReport, Rebuilt, Scenario, StepReport};
use crate::facts::images;

/// What one stage costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageCost {
    /// The size of its last state: the base image, the stages that it is built on, and its own layers.
    pub size: Bytes,
    /// Seconds that its steps take in a build without a cache.
    pub full_build: f64,
    /// Seconds that its steps take after a source change, including steps that may be rebuilt.
    pub rebuild: f64,
}

impl FileReport {
    /// What the stage with this index costs. `None` if there is no such stage.
    #[must_use]
    pub fn stage_cost(&self, index: usize) -> Option<StageCost> {
        let steps = |stage: usize| self.steps.iter().filter(move |step| step.stage == stage);
        let own = || steps(index).filter(|step| step.built);
        let is_rebuilt = |step: &&StepReport| step.again.rebuilt_in_scenario(Scenario::Source) != Rebuilt::No;
        let mut stage = self.stages.get(index)?;
        let mut size = Bytes::NONE;
        // Parents come earlier in the file, so this ends.
        loop {
            size = steps(stage.index).filter(|step| step.layer).fold(size, |size, step| size + step.adds);
            match stage
                .parent
                .filter(|parent| *parent < stage.index)
                .and_then(|parent| self.stages.get(parent))
            {
                Some(parent) => stage = parent,
                None => break,
            }
        }
        Some(StageCost {
            size: base_image_bytes(&stage.from) + size,
            full_build: own().map(|step| step.time).sum(),
            rebuild: own().filter(is_rebuilt).map(|step| step.rebuild_time).sum(),
        })
    }
}

/// The size on disk of the image that FROM names, its variables expanded; nothing for `scratch`.
pub(super) fn base_image_bytes(reference: &str) -> Bytes {
    if reference == "scratch" {
        return Bytes::NONE;
    }
    images::image_size(reference).map_or(Bytes::UNKNOWN, |size| {
        if size.exact { Bytes::measured(size.disk) } else { Bytes::estimated(size.disk) }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{ReportInputs, build_report};
    use super::*;

    #[test]
    fn costs_of_stages_add_up_to_those_of_the_image() {
        let text = "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /app\nFROM debian:12-slim AS base\n\
                    RUN apt-get update && apt-get install -y --no-install-recommends curl\nFROM base\n\
                    COPY --from=build /app /app\nRUN useradd app\n";
        let report = build_report("Dockerfile", text.as_bytes(), &ReportInputs::default()).expect("a report");
        let costs: Vec<StageCost> = (0..3).filter_map(|stage| report.stage_cost(stage)).collect();
        let base = report.base.as_ref().expect("a base").bytes;
        assert_eq!(costs.len(), 3);
        assert_eq!(costs[2].size, base + report.totals.adds);
        assert!(costs[1].size.known_total() > base.known_total());
        assert!(costs[1].size.known_total() < costs[2].size.known_total() || costs[2].size.unknown > 0);
        let seconds = |of: fn(&StageCost) -> f64| costs.iter().map(of).sum::<f64>();
        let source =
            report.scenarios.iter().find(|one| one.scenario == Scenario::Source).expect("a scenario");
        assert!((seconds(|cost| cost.rebuild) - source.seconds.most).abs() < 1e-6, "{costs:?}");
        assert!((seconds(|cost| cost.full_build) - report.totals.full_build).abs() < 1e-6, "{costs:?}");
        assert!(costs[0].rebuild > 0.0 && costs[1].rebuild == 0.0 && costs[1].full_build > 0.0, "{costs:?}");
        assert_eq!(report.stage_cost(3), None);
    }
}
