//! Which steps are rebuilt, by BuildKit's own rules.
//!
//! A step is cached if its own inputs are the same and the previous step is cached. Metadata (`LABEL`, `CMD`,
//! `EXPOSE`, …) is never a step. A new value of an `ENV` or `ARG` affects every later RUN, even if the RUN does not
//! use it, and other instructions whose text expands it. Files are compared by content, also those from another
//! stage: if that stage is rebuilt, its files may still be the same.

use std::collections::BTreeSet;

use super::draft::{StepDraft, StepDrafts};
use super::graph::{StageGraph, has_digest};
use super::model::Rebuilt;
use super::source_matcher::ChangedPath;
use super::step_inputs::{CopiedOrigin, StepInputs};

/// The differences in the next build.
#[derive(Debug, Clone, Default)]
pub(super) struct ScenarioChange {
    pub touch: Option<ChangedPath>,
    /// An image that has been updated.
    pub image: Option<String>,
    /// Build arguments with another value.
    pub args: BTreeSet<String>,
}

/// The effect of a change on each step, in order.
#[derive(Debug, Clone)]
pub(super) struct ScenarioOutcome {
    /// Whether it is rebuilt.
    pub again: Vec<Rebuilt>,
    /// Whether its own inputs have changed.
    pub own: Vec<Rebuilt>,
}

pub(super) fn simulate_change(
    drafts: &StepDrafts<'_, '_>,
    graph: &StageGraph,
    change: &ScenarioChange,
) -> ScenarioOutcome {
    let mut outcome = ScenarioOutcome {
        again: Vec::with_capacity(drafts.steps.len()),
        own: Vec::with_capacity(drafts.steps.len()),
    };
    // Whether anything in a stage is rebuilt, at its end.
    let mut ends: Vec<Rebuilt> = Vec::new();
    for draft in &drafts.steps {
        while ends.len() <= draft.stage {
            ends.push(rebuilt_at_start(drafts, graph, change, &ends));
        }
        let (own, again) = rebuild_step(draft, &ends, change);
        if let Some(end) = ends.get_mut(draft.stage) {
            *end = (*end).max(again);
        }
        outcome.own.push(own);
        outcome.again.push(again);
    }
    outcome
}

/// Whether the base of a stage is rebuilt.
fn rebuilt_at_start(
    drafts: &StepDrafts<'_, '_>,
    graph: &StageGraph,
    change: &ScenarioChange,
    ends: &[Rebuilt],
) -> Rebuilt {
    let stage = ends.len();
    if drafts.from_args.get(stage).is_some_and(|args| args.contain_any_argument(&change.args)) {
        return Rebuilt::Yes;
    }
    if let Some(parent) = graph.parent(stage) {
        return ends.get(parent).copied().unwrap_or_default();
    }
    let moved = graph.image(stage).is_some_and(|image| is_updated_image(image, change));
    if moved { Rebuilt::Yes } else { Rebuilt::No }
}

fn rebuild_step(draft: &StepDraft<'_, '_>, ends: &[Rebuilt], change: &ScenarioChange) -> (Rebuilt, Rebuilt) {
    if !draft.counts {
        return (Rebuilt::No, Rebuilt::No);
    }
    let before = ends.get(draft.stage).copied().unwrap_or_default();
    let own = effect_on_step(&draft.key, ends, change);
    (own, if draft.key.free { own } else { own.max(before) })
}

fn effect_on_step(key: &StepInputs, ends: &[Rebuilt], change: &ScenarioChange) -> Rebuilt {
    if key.args.contain_any_argument(&change.args) {
        return Rebuilt::Yes;
    }
    let touched =
        change.touch.iter().flat_map(|touch| key.reads.iter().map(|read| read.effect_of_change(touch)));
    let taken = key.taken.iter().map(|taken| {
        let runs = match &taken.origin {
            CopiedOrigin::Stage(stage) => ends.get(*stage).copied().unwrap_or_default(),
            CopiedOrigin::Image(image) if is_updated_image(image, change) => Rebuilt::Yes,
            CopiedOrigin::Image(_) => Rebuilt::No,
        };
        runs.min(Rebuilt::Maybe)
    });
    touched.chain(taken).max().unwrap_or_default()
}

fn is_updated_image(image: &str, change: &ScenarioChange) -> bool {
    change.image.as_deref() == Some(image) && !has_digest(image)
}
