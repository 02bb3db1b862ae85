//! [`Build`]: what BuildKit finds when it turns the instructions of a file into a build.
//!
//! The pass follows BuildKit's own order: global ARGs, the headers of all stages, then the instructions of each
//! stage, those that a parent's ONBUILD triggers first. It keeps the environments, the data for the build checks, and
//! the errors of BuildKit. Checks only filter these data.

mod copy;
mod directory;
mod dispatch;
mod facts;
mod from;
mod graph;
mod mounts;
mod needed;
mod onbuild;
mod pass;
mod reach;
mod refusal;
mod refusals_despite_errors;
mod remote;

use std::collections::{BTreeMap, BTreeSet};

pub use directory::WorkingDirectory;
pub use dispatch::AUTHORS;
pub use facts::RepeatedInstruction;
pub(crate) use facts::{BuildFacts, ExpandedValue, UndefinedInFrom, UndefinedVariable};
pub use from::BuildStage;
pub(crate) use from::StageWorkdir;
pub use mounts::SHARINGS;
#[cfg(test)]
pub(crate) use mounts::TYPES as MOUNT_TYPES;
pub use reach::{BuildCheckTiming, BuildStopPoint, FirstError, first_error};
pub(crate) use refusal::BuildConversionStep;
pub use refusal::BuildRefusal;
pub use remote::{is_git, is_http};

use super::platform::Platform;
use super::reference::{ImageReference, ReferenceError};
use super::scope::{ScopeId, VariableScopes};
use crate::source::Span;
use crate::syntax::{Arguments, Dockerfile, Instruction};

/// Settings of a build that are not in the file.
#[derive(Debug, Clone, Default)]
pub struct BuildInputs {
    /// `--build-arg`.
    pub args: BTreeMap<String, String>,
    /// `--target`.
    pub target: Option<String>,
    /// `--platform`: the target platform; `linux/amd64` by default.
    pub platform: Option<Platform>,
    /// The names of other build contexts: `--build-context NAME=PATH`, `additional_contexts` in a Compose file.
    pub named_contexts: BTreeSet<String>,
}

/// A file as BuildKit reads it.
#[derive(Debug)]
pub struct Build<'a> {
    pub scopes: VariableScopes<'a>,
    /// The environment of FROM.
    pub global: ScopeId,
    pub stages: Vec<BuildStage<'a>>,
    pub facts: BuildFacts<'a>,
    /// The errors, in the order in which BuildKit would report them. It stops at the first one.
    pub refusals: Vec<BuildRefusal>,
    /// By stage: whether the target, or else the last stage, needs it.
    needed: Vec<bool>,
    default_images: DefaultImages,
}

/// The images of the stages without build arguments.
#[derive(Debug, Default)]
struct DefaultImages {
    /// By stage; `None` if unknown.
    images: Vec<Option<String>>,
    /// The number of stages that BuildKit checks: it stops at the first ARG or image that it cannot expand.
    expanded: usize,
}

/// An instruction and the stage for which it is run.
#[derive(Debug, Clone, Copy)]
pub struct InstructionSite<'a> {
    /// The instruction that is run: one of the stage, or one after an ONBUILD of its parent.
    pub instruction: &'a Instruction<'a>,
    /// The instruction whose lines BuildKit reports: the same, or the FROM that executes the trigger.
    pub anchor: &'a Instruction<'a>,
    /// Index of the stage for which it is run.
    pub stage: usize,
    pub fired: bool,
}

impl InstructionSite<'_> {
    /// The span to report: `span`, or the image of the FROM if a trigger is executed.
    pub fn report_span(&self, span: Span) -> Span {
        match &self.anchor.arguments {
            Arguments::From(from) if self.fired => from.image.span,
            _ => span,
        }
    }
}

impl<'a> Build<'a> {
    pub fn new(file: &'a Dockerfile<'a>, inputs: &BuildInputs) -> Self {
        let mut build = pass::run_build(file, inputs);
        build.default_images = if inputs.args.is_empty() {
            build.default_images()
        } else {
            pass::run_build(file, &BuildInputs { args: BTreeMap::new(), ..inputs.clone() }).default_images()
        };
        build
    }

    fn default_images(&self) -> DefaultImages {
        let is_expanded = |stage: &&BuildStage<'_>| stage.image.result.is_ok();
        let expanded = if self.refusals.iter().any(|refusal| refusal.step == BuildConversionStep::Globals) {
            0
        } else {
            self.stages.iter().take_while(is_expanded).count()
        };
        let images = self.stages.iter().map(|stage| {
            let image = stage.image.result.as_ref().ok().filter(|_| stage.image.known);
            image.map(ToString::to_string)
        });
        DefaultImages { images: images.collect(), expanded }
    }

    /// Whether BuildKit checks the default image of the stage that starts at `offset`.
    pub fn checks_default_image(&self, offset: u32) -> bool {
        let stages = self.stages.get(..self.default_images.expanded).unwrap_or_default();
        stages.iter().any(|stage| stage.span.start == offset)
    }

    /// The stages whose image, without build arguments, is not an image reference.
    pub fn invalid_default_images(&self) -> impl Iterator<Item = (&BuildStage<'a>, ReferenceError)> {
        let images = self.stages.iter().zip(&self.default_images.images);
        images.filter_map(|(stage, image)| Some((stage, ImageReference::parse(image.as_deref()?).err()?)))
    }

    /// Undefined variables of the stages that are needed.
    pub fn undefined_variables(&self) -> impl Iterator<Item = &UndefinedVariable<'a>> {
        self.facts.undefined.iter().filter(|found| self.is_reachable(&found.site))
    }

    /// Whether a build runs the stage: the target, or else the last stage, needs it.
    pub fn is_stage_needed(&self, stage: usize) -> bool {
        self.needed.get(stage).copied().unwrap_or(false)
    }

    /// Whether the stage for which something is run is needed for the target; without a target, all are.
    pub fn is_reachable(&self, site: &InstructionSite<'_>) -> bool {
        self.stages.get(site.stage).is_some_and(|stage| stage.reachable)
    }
}
