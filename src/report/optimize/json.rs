//! `json`: everything that is known. The version number changes with the meaning of keys; `docs/schemas/optimize.json` is
//! the schema.

use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::OptimizeReport;
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

pub(super) fn write(out: &mut dyn Write, costs: &OptimizeReport) -> io::Result<()> {
    let results: Vec<FileResult> = costs
        .plans
        .iter()
        .map(|plan| FileResult::new(plan.picture.file.clone(), plan.source.clone(), plan.diagnostics.clone()))
        .collect();
    let diagnostics = results
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(|located| Entry::new(&file.name, located)))
        .collect();
    let document = OptimizeDocument {
        version: 2,
        tool: TOOL,
        diagnostics,
        files: costs.plans.iter().collect(),
        skipped: costs.skipped.iter().map(|one| SkippedEntry { file: &one.file, why: &one.why }).collect(),
    };
    json_text::write_json_text(out, &document)?;
    writeln!(out)
}

/// The JSON schema of what is written.
#[must_use]
pub fn schema() -> Schema {
    schemars::schema_for!(OptimizeDocument<'_>)
}
