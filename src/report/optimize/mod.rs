//! The report of `dockwright optimize`. A report computes nothing: every value is in the [`Plan`], and `json` contains all
//! of it.

mod figures;
mod html;
mod json;
mod markdown;
mod since;
mod text;

use std::io::{self, Write};

use crate::plan::{Comparison, Plan};

pub use figures::{Clock, in_prose, in_table, rebuilt_by, size};
pub use json::schema;

/// An output format of `optimize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum CostFormat {
    /// Plain text for a terminal
    #[default]
    Text,
    /// One JSON object with all details
    Json,
    /// For pull request comments and job summaries
    Markdown,
    /// Standalone page with diagrams
    Html,
}

/// What the text report contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// At most 40 lines for each file: the top problems and the effect of fixes.
    #[default]
    Summary,
    /// The same with all problems.
    All,
    /// Each step with its size and what rebuilds it, and the wasted space.
    Steps,
    /// Each problem with its fix, and why that is safe or not offered.
    Explain,
}

/// How the text report looks.
#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    pub detail: Detail,
    pub color: bool,
    /// In columns.
    pub width: usize,
}

impl TextStyle {
    /// The narrowest and the widest text.
    pub const WIDTHS: (usize, usize) = (80, 120);
}

/// A file that could not be analyzed, and why.
#[derive(Debug, Clone)]
pub struct Skipped {
    pub file: String,
    pub why: String,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Costs {
    pub plans: Vec<Plan>,
    pub skipped: Vec<Skipped>,
}

/// Writes what changed since a commit; HTML is not supported, and reads like text.
///
/// # Errors
/// `out` cannot be written to.
pub fn write_comparisons(
    out: &mut dyn Write,
    format: CostFormat,
    comparisons: &[Comparison],
    since: &str,
) -> io::Result<()> {
    since::write(out, format, comparisons, since)
}

/// Writes the report in one format.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(out: &mut dyn Write, format: CostFormat, costs: &Costs, style: TextStyle) -> io::Result<()> {
    match format {
        CostFormat::Text => text::write(out, costs, style),
        CostFormat::Json => json::write(out, costs),
        CostFormat::Markdown => markdown::write(out, costs),
        CostFormat::Html => html::write(out, costs),
    }
}
