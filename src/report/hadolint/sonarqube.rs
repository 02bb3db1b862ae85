//! `sonarqube`: the import format for external analyzers.

use std::io::{self, Write};

use serde::Serialize;

use super::{ReportOptions, ReportedFile};
use crate::diagnostic::Severity;
use crate::report::json_text;

#[derive(Serialize)]
struct Document<'a> {
    issues: Vec<Issue<'a>>,
}

/// Keys in alphabetical order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issue<'a> {
    engine_id: &'a str,
    primary_location: Location<'a>,
    rule_id: &'a str,
    severity: &'a str,
    r#type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    file_path: &'a str,
    message: &'a str,
    text_range: TextRange,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRange {
    end_column: u32,
    end_line: u32,
    start_column: u32,
    start_line: u32,
}

pub(super) fn write(
    out: &mut dyn Write,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
) -> io::Result<()> {
    let mut issues = Vec::new();
    for file in files {
        let name = options.name(file);
        issues.extend(file.refusal.iter().map(|refusal| Issue {
            engine_id: "Hadolint",
            primary_location: Location {
                file_path: name,
                message: &refusal.message,
                text_range: range(refusal.line, refusal.column, refusal.column),
            },
            rule_id: "DL1000",
            severity: "BLOCKER",
            r#type: "BUG",
        }));
        issues.extend(file.diagnostics.iter().map(|found| {
            let (severity, kind) = severity_and_type(found.severity);
            Issue {
                engine_id: "Hadolint",
                primary_location: Location {
                    file_path: name,
                    message: &found.message,
                    text_range: range(found.line, 0, 1),
                },
                rule_id: &found.code,
                severity,
                r#type: kind,
            }
        }));
    }
    json_text::write_json_text(out, &Document { issues })
}

const fn range(line: u32, start_column: u32, end_column: u32) -> TextRange {
    TextRange { end_column, end_line: line, start_column, start_line: line }
}

const fn severity_and_type(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("CRITICAL", "BUG"),
        Severity::Warning => ("MAJOR", "CODE_SMELL"),
        Severity::Info => ("MINOR", "CODE_SMELL"),
        Severity::Style => ("INFO", "CODE_SMELL"),
    }
}
