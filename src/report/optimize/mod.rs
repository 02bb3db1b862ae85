//! The report of `dockwright optimize`. A report computes nothing: every value is in the [`FilePlan`], and `json` contains all
//! of it.

mod html;
mod json;
mod markdown;
mod since;
mod text;
mod values;

use std::borrow::Cow;
use std::io::{self, Write};

use crate::plan::{FilePlan, PlanComparison};
use crate::semantic::secrets::HiddenSecrets;

pub use json::schema;
pub(crate) use values::{DurationFormat, format_size, rebuilt_by, size_in_prose, size_in_table};

/// An output format of `optimize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum OptimizeFormat {
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
pub enum ReportDetail {
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
    pub detail: ReportDetail,
    pub color: bool,
    /// In columns.
    pub width: usize,
}

impl TextStyle {
    /// The narrowest and the widest text.
    pub(crate) const WIDTHS: (usize, usize) = (80, 120);
}

/// A file that could not be analyzed, and why.
#[derive(Debug, Clone)]
pub struct SkippedFile {
    pub file: String,
    pub why: String,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct OptimizeReport {
    pub plans: Vec<FilePlan>,
    pub skipped: Vec<SkippedFile>,
}

/// Writes what changed since a commit; HTML is not supported, and reads like text.
///
/// # Errors
/// `out` cannot be written to.
pub(crate) fn write_comparisons(
    out: &mut dyn Write,
    format: OptimizeFormat,
    comparisons: &[PlanComparison],
    since: &str,
) -> io::Result<()> {
    since::write(out, format, comparisons, since)
}

/// Writes the report in one format, with `…` for secrets wherever they are: a report also quotes paths, names of images
/// and ports.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(
    out: &mut dyn Write,
    format: OptimizeFormat,
    costs: &OptimizeReport,
    style: TextStyle,
) -> io::Result<()> {
    let hidden: Vec<HiddenSecrets> =
        costs.plans.iter().map(|plan| HiddenSecrets::in_source(&plan.source)).collect();
    if hidden.iter().all(HiddenSecrets::is_empty) {
        return write_unmasked(out, format, costs, style);
    }
    let mut report = Vec::new();
    write_unmasked(&mut report, format, costs, style)?;
    let mut report = String::from_utf8_lossy(&report).into_owned();
    for hidden in &hidden {
        let masked = hidden.mask_spelled(&report, |secret| spelled(secret, format));
        if let Cow::Owned(masked) = masked {
            report = masked;
        }
    }
    out.write_all(report.as_bytes())
}

/// A text as it is written in a format.
fn spelled(text: &str, format: OptimizeFormat) -> Cow<'_, str> {
    match format {
        OptimizeFormat::Text | OptimizeFormat::Markdown => Cow::Borrowed(text),
        OptimizeFormat::Json => {
            let quoted = serde_json::to_string(text).unwrap_or_default();
            Cow::Owned(quoted.trim_matches('"').to_string())
        }
        OptimizeFormat::Html => Cow::Owned(maud::html! { (text) }.into_string()),
    }
}

fn write_unmasked(
    out: &mut dyn Write,
    format: OptimizeFormat,
    costs: &OptimizeReport,
    style: TextStyle,
) -> io::Result<()> {
    match format {
        OptimizeFormat::Text => text::write(out, costs, style),
        OptimizeFormat::Json => json::write(out, costs),
        OptimizeFormat::Markdown => markdown::write(out, costs),
        OptimizeFormat::Html => html::write(out, costs),
    }
}
