//! The picture of what a Dockerfile costs, written down. A report computes nothing: every figure stands in the
//! [`Plan`] and the picture in it, which `json` is all of.

mod figures;
mod html;
mod json;
mod markdown;
mod text;

use std::io::{self, Write};

use crate::plan::Plan;

pub use json::schema;

/// An output format of `optimize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum CostFormat {
    /// For people at a terminal of 80 columns
    #[default]
    Text,
    /// One JSON object with everything that is known
    Json,
    /// For a comment on a change, or the summary of a job
    Markdown,
    /// One page with pictures, for a browser
    Html,
}

/// A file of which there is no picture, and why.
#[derive(Debug, Clone)]
pub struct Unpictured {
    pub file: String,
    pub why: String,
}

/// What a run has found out.
#[derive(Debug, Default)]
pub struct Costs {
    pub plans: Vec<Plan>,
    pub unpictured: Vec<Unpictured>,
}

/// Writes for each rewrite what proves it, or why it is not made.
///
/// # Errors
/// `out` cannot be written to.
pub fn explain(out: &mut dyn Write, costs: &Costs, color: bool) -> io::Result<()> {
    text::explain(out, costs, color)
}

/// Writes all pictures in one format.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(out: &mut dyn Write, format: CostFormat, costs: &Costs, color: bool) -> io::Result<()> {
    match format {
        CostFormat::Text => text::write(out, costs, color),
        CostFormat::Json => json::write(out, costs),
        CostFormat::Markdown => markdown::write(out, costs),
        CostFormat::Html => html::write(out, costs),
    }
}
