//! What a Dockerfile costs: the size of the image, the wasted space in it, and the steps that changes rebuild.
//!
//! [`picture`] walks over the file (`draft`, `inputs`: the inputs of each step), finds which stages are built
//! and ship (`graph`), chooses what changes (`choice`) and what is rebuilt then (`scenario`), and counts bytes and
//! wasted space (`layers`, `waste`). What is unknown stays unknown; an estimate is marked as one. Problems are found by
//! rules, never here.

mod amounts;
mod answers;
mod artefact;
mod assemble;
mod build_only;
mod bytes;
mod caches;
mod choice;
mod commands;
pub mod context;
mod cost;
mod debug_tools;
mod draft;
pub mod facts;
mod graph;
mod inputs;
pub mod key;
mod language_packages;
mod late;
mod layers;
mod manifest;
mod model;
mod outline;
mod scenario;
mod slim_base;
mod start_command;
mod steps;
mod time;
mod timings;
mod toolchain;
mod touch;
mod variables;
mod waste;

pub use artefact::{Plan, Shipped, shipped_tools};
pub use assemble::picture;
pub use bytes::Bytes;
pub use commands::{Located, covers, is_of_system, located, overlaps};
pub use draft::{Draft, Drafts, drafts};
pub use inputs::join;
pub use late::{Brought, LateChange, late_changes};
pub use model::*;
pub use outline::Outline;
pub use timings::Timings;
pub use toolchain::Toolchain;
pub use touch::Read;
pub use variables::{BuildVariable, Reader, build_variables};
pub use waste::is_build_package;

use context::Files;

/// Of a file with more instructions no picture is made: nobody could read it.
pub const MAX_STEPS: usize = 5_000;

/// What is known besides the file.
#[derive(Debug, Default)]
pub struct Inputs<'i> {
    /// The stage to build.
    pub target: Option<&'i str>,
    /// The build context.
    pub files: Option<&'i Files>,
    /// The source file that changes, from the context.
    pub touch: Option<&'i str>,
    pub timings: Option<&'i Timings>,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPicture {
    /// There is no FROM.
    NoStage,
    /// There is no stage of the name given as target.
    NoSuchStage,
    /// There are more than [`MAX_STEPS`] instructions.
    TooLong,
}
