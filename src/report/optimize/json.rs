//! `json`: all data. The version number changes if the meaning of keys changes; `docs/schemas/optimize.json` is the
//! schema.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{RenderedFileReport, SkippedFile, write_to_string};
use crate::plan::FilePlan;
use crate::report::json::{Entry, ReportTool, TOOL};
use crate::report::{FileResult, json_text};

/// What `optimize --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct OptimizeDocument<'a> {
    /// Version of this schema. New keys do not change it.
    #[schemars(range(min = 2, max = 2))]
    version: u32,
    tool: ReportTool,
    /// The problems of all files, as `check --format json` prints them: by file, then by cost.
    diagnostics: Vec<Entry<'a>>,
    files: Vec<&'a FilePlan>,
    /// Files that could not be analyzed.
    skipped: Vec<SkippedEntry<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Skipped")]
struct SkippedEntry<'a> {
    file: &'a str,
    why: &'a str,
}

/// The diagnostics of a file and its plan.
pub(super) fn render(plan: &FilePlan) -> (String, String) {
    let file = FileResult::new(plan.report.file.clone(), plan.source.clone(), plan.diagnostics.clone());
    let diagnostics = write_to_string(|out| {
        for (at, located) in file.diagnostics.iter().enumerate() {
            if at > 0 {
                write!(out, ",")?;
            }
            json_text::write_json_text(out, &Entry::new(&file.name, located))?;
        }
        Ok(())
    });
    (diagnostics, write_to_string(|out| json_text::write_json_text(out, plan)))
}

/// Writes an [`OptimizeDocument`] with the diagnostics and plans of these files.
pub(super) fn write(
    out: &mut dyn Write,
    files: &[RenderedFileReport],
    skipped: &[SkippedFile],
) -> io::Result<()> {
    let skipped = skipped.iter().map(|one| SkippedEntry { file: &one.file, why: &one.why }).collect();
    let document =
        OptimizeDocument { version: 2, tool: TOOL, diagnostics: Vec::new(), files: Vec::new(), skipped };
    let without_files = write_to_string(|out| json_text::write_json_text(out, &document));
    // Names and reasons, which can contain any text, come after the two empty arrays.
    let (head, rest) = without_files.split_once("[]").unwrap_or_default();
    let (between, tail) = rest.split_once("[]").unwrap_or_default();
    write!(out, "{head}")?;
    write_array(out, files.iter().map(|file| &file.listed))?;
    write!(out, "{between}")?;
    write_array(out, files.iter().map(|file| &file.text))?;
    writeln!(out, "{tail}")
}

/// Writes the elements of an array; empty texts are skipped.
fn write_array<'a>(out: &mut dyn Write, elements: impl Iterator<Item = &'a String>) -> io::Result<()> {
    write!(out, "[")?;
    for (at, element) in elements.filter(|element| !element.is_empty()).enumerate() {
        if at > 0 {
            write!(out, ",")?;
        }
        out.write_all(element.as_bytes())?;
    }
    write!(out, "]")
}

/// The JSON schema of what is written.
#[must_use]
pub fn report_schema() -> Schema {
    schemars::schema_for!(OptimizeDocument<'_>)
}
