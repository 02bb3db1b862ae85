//! Stages that wait for each other.

use super::Step;
use super::from::Need;
use super::pass::Pass;
use super::refusal::Refusal;
use crate::semantic::nearest::nearest;
use crate::syntax::quoted;

/// Where a stage is in the search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the way that is being followed.
    Open,
    Done,
}

impl Pass<'_, '_> {
    /// Refuses a target that no stage is called.
    pub(super) fn refuse_target(&mut self) {
        let Some(target) = &self.inputs.target else { return };
        let Some(last) = self.build.stages.last() else { return };
        if self.last_by_name.contains_key(&target.to_lowercase()) {
            return;
        }
        let message = format!("no stage named {} (from `--target`)", quoted(target));
        let mut refusal =
            Refusal::new(Step::Target, last.from, last.from.keyword.span, message).without_location();
        let names = self.build.stages.iter().map(|stage| stage.name.as_deref());
        if let Some(near) = nearest(&target.to_lowercase(), names, &mut self.patience) {
            refusal = refusal.help(format!("did you mean `{near}`?"));
        }
        self.refuse(refusal);
    }

    /// Refuses the first way from a stage, over stages that it copies or mounts from, that comes back to a
    /// stage on it. BuildKit names the first step of that way.
    pub(super) fn refuse_cycle(&mut self) {
        let Some(need) = self.cycle() else { return };
        let itself = self.build.stages.get(need.stage).is_some_and(|stage| {
            stage.span.start <= need.anchor.span.start && need.anchor.span.start < stage.span.end
        });
        let message = if itself {
            "the stage copies files from itself"
        } else {
            "stages depend on each other in a cycle"
        };
        self.refuse(Refusal::new(Step::Graph, need.anchor, need.span, message));
    }

    fn cycle(&self) -> Option<Need<'_>> {
        let stages = &self.build.stages;
        let mut states = vec![State::New; stages.len()];
        for start in 0..stages.len() {
            if states.get(start) != Some(&State::New) {
                continue;
            }
            // Each entry: a stage, and how many of its needs have been followed.
            let mut way: Vec<(usize, usize)> = vec![(start, 0)];
            while let Some((stage, followed)) = way.last_mut() {
                let (stage, at) = (*stage, *followed);
                *followed += 1;
                let state = states.get_mut(stage)?;
                *state = State::Open;
                let Some(need) = stages.get(stage).and_then(|stage| stage.needs.get(at)) else {
                    *state = State::Done;
                    way.pop();
                    continue;
                };
                match states.get(need.stage) {
                    Some(State::New) => way.push((need.stage, 0)),
                    Some(State::Open) => {
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
