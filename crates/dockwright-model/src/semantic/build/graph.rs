//! Finds stages that depend on each other in a cycle.

use super::BuildConversionStep;
use super::from::StageDependency;
use super::pass::BuildPass;
use super::refusal::BuildRefusal;
use crate::semantic::nearest::nearest_within_two;
use crate::syntax::quote_excerpt;

/// The state of a stage in the search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StageVisitState {
    New,
    /// On the current path.
    Open,
    Done,
}

/// The maximum number of stages that a help line lists.
const MAX_SUGGESTED_STAGES: usize = 10;

impl BuildPass<'_, '_> {
    /// Refuses a target that is not the name of a stage.
    pub(super) fn check_target_exists(&mut self) {
        let Some(target) = &self.inputs.target else { return };
        let Some(last) = self.build.stages.last() else { return };
        if self.last_by_name.contains_key(&target.to_lowercase()) {
            return;
        }
        let message = format!("unknown target stage {}", quote_excerpt(target));
        let mut refusal =
            BuildRefusal::new(BuildConversionStep::Target, last.from, last.from.keyword.span, message)
                .without_location();
        let names = self.build.stages.iter().map(|stage| stage.name.as_deref());
        if let Some(near) = nearest_within_two(&target.to_lowercase(), names, &mut self.comparisons_left) {
            refusal = refusal.help(format!("did you mean `{near}`?"));
        } else {
            let names = self.build.stages.iter().filter_map(|stage| stage.name.as_deref());
            let names: Vec<String> = names.take(MAX_SUGGESTED_STAGES).map(quote_excerpt).collect();
            refusal = refusal.help(if names.is_empty() {
                "the file has no named stages, so remove the target".to_string()
            } else {
                format!("choose from {}", names.join(", "))
            });
        }
        self.record_refusal(refusal);
    }

    /// Refuses the first cycle of stages that copy or mount from each other. BuildKit names the first step of the
    /// path to it.
    pub(super) fn report_cycle(&mut self) {
        let Some(need) = self.find_cycle() else { return };
        let itself = self.build.stages.get(need.stage).is_some_and(|stage| {
            stage.span.start <= need.anchor.span.start && need.anchor.span.start < stage.span.end
        });
        let message = if itself {
            "the stage copies files from itself"
        } else {
            "stages depend on each other in a cycle"
        };
        self.record_refusal(BuildRefusal::new(BuildConversionStep::Graph, need.anchor, need.span, message));
    }

    fn find_cycle(&self) -> Option<StageDependency<'_>> {
        let stages = &self.build.stages;
        let mut states = vec![StageVisitState::New; stages.len()];
        for start in 0..stages.len() {
            if states.get(start) != Some(&StageVisitState::New) {
                continue;
            }
            // Each entry: a stage, and how many of its needs have been followed.
            let mut way: Vec<(usize, usize)> = vec![(start, 0)];
            while let Some((stage, followed)) = way.last_mut() {
                let (stage, at) = (*stage, *followed);
                *followed += 1;
                let state = states.get_mut(stage)?;
                *state = StageVisitState::Open;
                let Some(need) = stages.get(stage).and_then(|stage| stage.needs.get(at)) else {
                    *state = StageVisitState::Done;
                    way.pop();
                    continue;
                };
                match states.get(need.stage) {
                    Some(StageVisitState::New) => way.push((need.stage, 0)),
                    Some(StageVisitState::Open) => {
                        let (first, followed) = way.first()?;
                        return stages.get(*first)?.needs.get(followed.checked_sub(1)?).copied();
                    }
                    _ => {}
                }
            }
        }
        None
    }
}
