//! `sarif`: one run, without a table of rules.

use std::io::{self, Write};

use serde::Serialize;

use super::ReportedFile;
use crate::diagnostic::Severity;
use crate::report::json_text;

/// Here and below: keys in alphabetical order.
#[derive(Serialize)]
struct SarifLog<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    runs: [Run<'a>; 1],
    version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    default_source_language: &'a str,
    results: Vec<SarifResult<'a>>,
    tool: ReportTool<'a>,
}

#[derive(Serialize)]
struct ReportTool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    download_uri: &'a str,
    full_name: &'a str,
    name: &'a str,
    short_description: SarifMessage<'a>,
    version: &'a str,
}

#[derive(Serialize)]
struct SarifMessage<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    level: &'a str,
    locations: [Location<'a>; 1],
    message: SarifMessage<'a>,
    rule_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    region: Region<'a>,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    end_column: u32,
    end_line: u32,
    source_language: &'a str,
    start_column: u32,
    start_line: u32,
}

/// Consumers distinguish tools by the name; the rest identifies the program.
const DRIVER: Driver<'_> = Driver {
    download_uri: "https://github.com/hadolint/hadolint",
    full_name: "dockwright in place of hadolint",
    name: "Hadolint",
    short_description: SarifMessage { text: "Dockerfile linter" },
    version: "2.15.1",
};

pub(super) fn write(out: &mut dyn Write, files: &[ReportedFile]) -> io::Result<()> {
    let mut results = Vec::new();
    for file in files {
        results.extend(file.refusal.iter().map(|refusal| {
            let place = (refusal.line, refusal.column);
            result_entry("DL1000", "error", &refusal.message, &file.source_name, place)
        }));
        results.extend(file.diagnostics.iter().map(|found| {
            let level = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Style => "note",
            };
            result_entry(&found.code, level, &found.message, &file.name, (found.line, 1))
        }));
    }
    let run = Run { default_source_language: "dockerfile", results, tool: ReportTool { driver: DRIVER } };
    let document =
        SarifLog { schema: "http://json.schemastore.org/sarif-2.1.0", runs: [run], version: "2.1.0" };
    json_text::write_json_text(out, &document)
}

fn result_entry<'a>(
    code: &'a str,
    level: &'a str,
    message: &'a str,
    uri: &'a str,
    (line, column): (u32, u32),
) -> SarifResult<'a> {
    let region = Region {
        end_column: column,
        end_line: line,
        source_language: if code.starts_with("DL") { "dockerfile" } else { "sh" },
        start_column: column,
        start_line: line,
    };
    let physical_location = PhysicalLocation { artifact_location: ArtifactLocation { uri }, region };
    SarifResult {
        level,
        locations: [Location { physical_location }],
        message: SarifMessage { text: message },
        rule_id: code,
    }
}
