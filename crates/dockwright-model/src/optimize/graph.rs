//! [`StageGraph`]: how stages depend on each other, and which of them are built and are part of the image.

use super::draft::{StepDraft, StepDrafts};
use super::step_inputs::CopiedOrigin;
use crate::semantic::{Image, Semantics, StageBaseKind, View};
use crate::syntax::Word;

/// The stages and their dependencies.
#[derive(Debug)]
pub struct StageGraph {
    /// The stage that each is built on.
    pub parents: Vec<Option<usize>>,
    /// The external image that each starts from; `None` for a stage on a stage, or on `scratch`.
    pub images: Vec<Option<String>>,
    /// Whether the target needs it.
    pub needed: Vec<bool>,
    /// Whether the target or a stage that can be built by name needs it.
    pub buildable: Vec<bool>,
    pub ships: Vec<bool>,
    pub target: Option<usize>,
}

/// The name given as target is not a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownStage;

impl StageGraph {
    /// The stages of a file, from `drafts`, if it is built for `target`, or else for the last one.
    ///
    /// # Errors
    /// No stage has the name of the target.
    pub(crate) fn new(
        semantics: &Semantics<'_>,
        drafts: &StepDrafts<'_, '_>,
        target: Option<&str>,
    ) -> Result<Self, UnknownStage> {
        let stages = &semantics.build.stages;
        let target = match target {
            Some(name) => Some(find_stage(semantics, name).ok_or(UnknownStage)?),
            None => stages.len().checked_sub(1),
        };
        let parents: Vec<Option<usize>> = stages
            .iter()
            .enumerate()
            .map(|(index, stage)| match stage.base {
                StageBaseKind::Stage(parent) if parent < index => Some(parent),
                _ => None,
            })
            .collect();
        let images = stages
            .iter()
            .map(|stage| (stage.base == StageBaseKind::Image).then(|| stage.image.value().to_string()))
            .collect();
        let mut graph = Self {
            needed: Vec::new(),
            buildable: Vec::new(),
            ships: vec![false; stages.len()],
            parents,
            images,
            target,
        };
        let mut at = target;
        while let Some(index) = at {
            if let Some(ships) = graph.ships.get_mut(index) {
                *ships = true;
            }
            at = graph.parents.get(index).copied().flatten();
        }
        let named = stages.iter().enumerate().filter(|(_, stage)| stage.name.is_some());
        graph.mark_needed_stages(&drafts.steps, named.map(|(index, _)| index).collect());
        Ok(graph)
    }

    fn mark_needed_stages(&mut self, steps: &[StepDraft<'_, '_>], named: Vec<usize>) {
        let mut takes = vec![Vec::new(); self.parents.len()];
        for step in steps {
            if let Some(takes) = takes.get_mut(step.stage) {
                takes.extend(step.key.taken.iter().filter_map(|taken| match taken.origin {
                    CopiedOrigin::Stage(stage) => Some(stage),
                    CopiedOrigin::Image(_) => None,
                }));
            }
        }
        self.needed = self.reachable_stages(&takes, self.target.into_iter().collect());
        self.buildable = self.reachable_stages(&takes, self.target.into_iter().chain(named).collect());
    }

    /// The stages in `open`, and those that they are built on or copy files from, directly or indirectly.
    fn reachable_stages(&self, takes: &[Vec<usize>], mut open: Vec<usize>) -> Vec<bool> {
        let mut reached = vec![false; takes.len()];
        while let Some(index) = open.pop() {
            let Some(seen) = reached.get_mut(index) else { continue };
            if !std::mem::replace(seen, true) {
                open.extend(takes.get(index).into_iter().flatten());
                open.extend(self.parents.get(index).copied().flatten());
            }
        }
        reached
    }

    pub fn is_stage_needed(&self, stage: usize) -> bool {
        self.needed.get(stage).copied().unwrap_or(false)
    }

    pub fn is_stage_in_image(&self, stage: usize) -> bool {
        self.ships.get(stage).copied().unwrap_or(false)
    }

    pub(crate) fn parent(&self, stage: usize) -> Option<usize> {
        self.parents.get(stage).copied().flatten()
    }

    pub fn image(&self, stage: usize) -> Option<&str> {
        self.images.get(stage)?.as_deref()
    }

    /// The first stage of the image: it starts from an external image or from `scratch`.
    pub fn image_root_stage(&self) -> Option<usize> {
        self.stage_and_ancestors(self.target?).last()
    }

    /// A stage and those that it is built on, the nearest first.
    pub fn stage_and_ancestors(&self, stage: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(stage), |one| self.parent(*one))
    }

    /// The image that changes in the scenario `base`: the base image of the final stage, or else the first base image
    /// that can change.
    pub(crate) fn base_image_that_changes(&self) -> Option<&str> {
        let own = self.image_root_stage().and_then(|root| self.image(root));
        let others = (0..self.images.len()).filter(|stage| self.is_stage_needed(*stage));
        let others = others.filter_map(|stage| self.image(stage));
        own.into_iter().chain(others).find(|image| !has_digest(image))
    }
}

/// Whether a reference has a digest.
pub(super) fn has_digest(reference: &str) -> bool {
    let word = Word { text: reference.into(), ..Word::default() };
    Image::new(&word, View::Exact).digest().is_some()
}

/// A stage by name or number.
fn find_stage(semantics: &Semantics<'_>, name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let stages = &semantics.build.stages;
    let named = stages.iter().rposition(|stage| stage.name.as_deref() == Some(&lower));
    named.or_else(|| name.parse().ok().filter(|index| *index < stages.len()))
}
