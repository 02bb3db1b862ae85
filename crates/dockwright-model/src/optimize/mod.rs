//! What a Dockerfile costs: the size of the image, the wasted space in it, and the steps that changes rebuild.
//!
//! [`build_report`] walks over the file (`draft`, `inputs`: the inputs of each step), determines which stages are
//! built and are part of the image (`graph`), chooses the changes (`scenario_changes`), determines what they rebuild
//! (`scenario`), and counts bytes and wasted space (`layers`, `waste`). Unknown sizes stay unknown, and estimates are
//! marked. Problems are found by rules, never here.

mod amounts;
mod artifact;
mod build_only;
mod bytes;
mod caches;
mod commands;
pub mod context;
mod cost;
mod debug_tools;
mod draft;
mod environments;
pub mod facts;
mod graph;
mod image_paths;
mod inputs;
mod labels;
mod language_packages;
mod late_changes;
mod layers;
mod manifest;
mod model;
mod outline;
mod report;
mod scenario;
mod scenario_changes;
mod self_contained;
mod slim_base;
mod small_runtime;
mod source_matcher;
mod stage_contents;
mod stages;
mod start_command;
mod started_commands;
pub mod step_inputs;
mod steps;
mod time;
mod timings;
mod toolchain;
mod variables;
mod waste;

pub use artifact::{RuntimeStagePlan, find_shipped_toolchain};
pub use bytes::Bytes;
pub use caches::expand_tilde;
pub use commands::{LocatedCommand, is_system_manager, paths_overlap, pattern_covers};
pub use draft::{StepDraft, StepDrafts, draft_steps};
pub use inputs::join_path;
pub use late_changes::{CopiedFiles, LateChange, find_late_changes};
pub use model::*;
pub use outline::StepOutline;
pub use report::build_report;
pub use source_matcher::SourceMatcher;
pub use stages::StageCost;
pub use started_commands::StartedCommands;
pub use time::WITH_CACHE_MOUNT;
pub use timings::StepTimings;
pub use variables::{BuildVariable, VariableReader, find_build_variables};
pub use waste::is_build_package;

use context::ContextFiles;

/// Maximum number of instructions; a report about more would be unreadable.
pub(crate) const MAX_STEPS: usize = 5_000;

/// The inputs of a report other than the file.
#[derive(Debug, Default)]
pub struct ReportInputs<'i> {
    /// The stage to build.
    pub target: Option<&'i str>,
    /// The build context.
    pub files: Option<&'i ContextFiles>,
    /// The source file that changes, from the context.
    pub touch: Option<&'i str>,
    pub timings: Option<&'i StepTimings>,
}

/// Why a file without a stage builds nothing, in a few words.
pub fn explain_missing_stage(source: &[u8]) -> String {
    let file = crate::syntax::parse(source);
    if source.is_empty() {
        return "the file is empty".to_string();
    }
    if file.instructions().next().is_none() {
        return "the file contains no instructions".to_string();
    }
    file.errors.first().map_or_else(
        || "no `FROM`, so nothing is built".to_string(),
        |error| {
            let line = crate::syntax::LineIndex::new(source).line(error.span.start);
            format!("line {line} does not build ({})", error.message)
        },
    )
}

/// Why there is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportError {
    /// There is no FROM.
    NoStage,
    /// The name given as target is not a stage.
    UnknownStage,
    /// There are more than [`MAX_STEPS`] instructions.
    TooLong,
}
