//! Determines which stages the target needs.

use super::BuildConversionStep;
use super::pass::{BuildPass, TRIGGERS};
use super::refusal::BuildRefusal;
use crate::semantic::StageBaseKind;

impl BuildPass<'_, '_> {
    /// Finds the stages that the target needs; without a target, all of them. BuildKit executes triggers, however,
    /// only for stages that the target, or the last stage, needs.
    pub(super) fn find_needed_stages(&mut self) {
        let target = self.inputs.target.as_ref();
        let target = target.and_then(|target| self.last_by_name.get(&target.to_lowercase()).copied());
        let needed = self.needed_stages(target.or(self.build.stages.len().checked_sub(1)));
        self.build.needed.clone_from(&needed);
        let is_needed = |stage: usize| needed.get(stage).copied().unwrap_or(false);
        if target.is_some() {
            let stages = &self.build.stages;
            let is_built = |refusal: &BuildRefusal| {
                let start = refusal.error.location.unwrap_or(refusal.error.span).start;
                let stage = stages.partition_point(|stage| stage.span.start <= start).checked_sub(1);
                refusal.step < BuildConversionStep::Bases || stage.is_none_or(is_needed)
            };
            self.build.refusals.retain(is_built);
            for (stage, needed) in self.build.stages.iter_mut().zip(&needed) {
                stage.reachable = *needed;
            }
        }
        if self.triggers < TRIGGERS {
            self.build.facts.retain(|site| !site.fired || is_needed(site.stage));
            let fired = std::mem::take(&mut self.fired_refusals).into_iter();
            self.build
                .refusals
                .extend(fired.filter(|(stage, _)| is_needed(*stage)).map(|(_, refusal)| refusal));
        }
    }

    fn needed_stages(&self, target: Option<usize>) -> Vec<bool> {
        let mut needed = vec![false; self.build.stages.len()];
        let mut open: Vec<usize> = target.into_iter().collect();
        while let Some(index) = open.pop() {
            let (Some(seen), Some(stage)) = (needed.get_mut(index), self.build.stages.get(index)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            open.extend(stage.needs.iter().map(|need| need.stage));
            if let StageBaseKind::Stage(parent) = stage.base {
                open.push(parent);
            }
        }
        needed
    }
}
