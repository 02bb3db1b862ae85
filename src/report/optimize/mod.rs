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

pub use json::report_schema;
pub use since::comparison_schema;
pub(crate) use values::{
    DurationFormat, describe_rebuild_cause, rounds_to_zero, size_after_noun, size_in_prose, size_in_table,
};

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
    /// The list with all problems.
    All,
    /// Each step with its size and what rebuilds it, and the wasted space.
    Steps,
    /// Each problem with its fix, and why that is safe or not offered.
    Explain,
}

/// How the text report looks.
#[derive(Debug, Clone, Copy)]
pub struct TextReportStyle {
    pub detail: ReportDetail,
    pub color: bool,
    /// In columns.
    pub width: usize,
}

impl TextReportStyle {
    /// The narrowest and the widest text.
    pub(crate) const WIDTHS: (usize, usize) = (80, 120);
}

/// A file that could not be analyzed, and why.
#[derive(Debug, Clone)]
pub struct SkippedFile {
    pub file: String,
    pub why: String,
}

/// The report of a run: each file is rendered as soon as it is analyzed, because its [`FilePlan`] is many times
/// larger.
#[derive(Debug)]
pub struct OptimizeReport {
    format: OptimizeFormat,
    style: TextReportStyle,
    written: Vec<RenderedFileReport>,
    skipped: Vec<SkippedFile>,
}

/// The report of one file, with `…` instead of all secrets: a report also quotes paths, image names and ports.
#[derive(Debug)]
struct RenderedFileReport {
    name: String,
    /// Its entries in a list that precedes the reports of all files; empty if the format has none.
    listed: String,
    text: String,
}

impl OptimizeReport {
    #[must_use]
    pub fn new(format: OptimizeFormat, style: TextReportStyle) -> Self {
        Self { format, style, written: Vec::new(), skipped: Vec::new() }
    }

    /// Adds a file after those added before.
    pub fn add(&mut self, plan: &FilePlan) {
        let at = self.written.len();
        let (listed, text) = match self.format {
            OptimizeFormat::Text => (String::new(), text::render(plan, self.style)),
            OptimizeFormat::Json => json::render(plan),
            OptimizeFormat::Markdown => (String::new(), markdown::render(plan)),
            OptimizeFormat::Html => html::render(plan, at),
        };
        let hidden = HiddenSecrets::find_in_source(&plan.source);
        let masked = |text: String| {
            let masked = hidden.mask_escaped_secrets(&text, |secret| text_for_format(secret, self.format));
            let mut text = if let Cow::Owned(masked) = masked { masked } else { text };
            text.shrink_to_fit();
            text
        };
        let name = hidden.mask(&plan.report.file).into_owned();
        self.written.push(RenderedFileReport { name, listed: masked(listed), text: masked(text) });
    }

    /// Adds a file that could not be analyzed.
    pub fn skip(&mut self, file: SkippedFile) {
        self.skipped.push(file);
    }

    /// Writes the whole report.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            OptimizeFormat::Json => json::write(out, &self.written, &self.skipped),
            OptimizeFormat::Html => html::write(out, &self.written, &self.skipped),
            OptimizeFormat::Text | OptimizeFormat::Markdown => {
                for (at, file) in self.written.iter().enumerate() {
                    if at > 0 {
                        writeln!(out)?;
                    }
                    out.write_all(file.text.as_bytes())?;
                }
                Ok(())
            }
        }
    }
}

/// The output of `write` as a string.
fn write_to_string(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(&mut text);
    String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
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

/// A text as it is written in a format.
fn text_for_format(text: &str, format: OptimizeFormat) -> Cow<'_, str> {
    match format {
        OptimizeFormat::Text | OptimizeFormat::Markdown => Cow::Borrowed(text),
        OptimizeFormat::Json => {
            let quoted = serde_json::to_string(text).unwrap_or_default();
            Cow::Owned(quoted.trim_matches('"').to_string())
        }
        OptimizeFormat::Html => Cow::Owned(maud::html! { (text) }.into_string()),
    }
}
