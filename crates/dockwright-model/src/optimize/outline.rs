//! [`StepOutline`]: the steps of a file, and the dependencies of its stages.

use super::draft::{StepDrafts, draft_steps};
use super::graph::{StageGraph, UnknownStage};
use super::{MAX_STEPS, ReportError};
use crate::semantic::Semantics;

/// The basis of the optimizer's rules and of the report. It is computed once for a file, because that takes longer
/// than most rules.
pub struct StepOutline<'s, 'a> {
    pub semantics: &'s Semantics<'a>,
    pub drafts: StepDrafts<'s, 'a>,
    pub graph: StageGraph,
}

impl<'s, 'a> StepOutline<'s, 'a> {
    /// The file, built for `target`, or else for its last stage.
    ///
    /// # Errors
    /// The file has more than [`MAX_STEPS`] instructions, no stage, or no such target.
    pub fn new(semantics: &'s Semantics<'a>, target: Option<&str>) -> Result<Self, ReportError> {
        if semantics.file.instructions().take(MAX_STEPS + 1).count() > MAX_STEPS {
            return Err(ReportError::TooLong);
        }
        if semantics.build.stages.is_empty() {
            return Err(ReportError::NoStage);
        }
        let drafts = draft_steps(semantics);
        let graph =
            StageGraph::new(semantics, &drafts, target).map_err(|UnknownStage| ReportError::UnknownStage)?;
        Ok(Self { semantics, drafts, graph })
    }

    /// Whether the name of the target suggests that its image is for developers, so that it contains tools on
    /// purpose.
    pub fn is_for_development(&self) -> bool {
        self.graph.target.is_some_and(|target| self.is_development_stage(target))
    }

    /// Whether the name of a stage suggests that it is for developers.
    pub fn is_development_stage(&self, stage: usize) -> bool {
        let is_word = |word: &str| {
            matches!(word, "dev" | "develop" | "development" | "debug" | "test" | "local" | "hot" | "watch")
        };
        let stage = self.semantics.build.stages.get(stage);
        stage
            .and_then(|stage| stage.name.as_ref())
            .is_some_and(|name| name.to_lowercase().split(|c: char| !c.is_ascii_alphabetic()).any(is_word))
    }
}
