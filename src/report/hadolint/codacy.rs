//! `codacy`: JSON objects with nothing between them.

use std::io::{self, Write};

use serde::Serialize;

use super::ReportedFile;
use crate::report::json_text;

/// Keys in alphabetical order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodacyIssue<'a> {
    filename: &'a str,
    line: u32,
    message: &'a str,
    pattern_id: &'a str,
}

pub(super) fn write(out: &mut dyn Write, files: &[ReportedFile]) -> io::Result<()> {
    for file in files {
        if let Some(refusal) = &file.refusal {
            let entry = CodacyIssue {
                filename: &file.source_name,
                line: refusal.line,
                message: &file.refusal_with_excerpt(refusal),
                pattern_id: "DL1000",
            };
            json_text::write_json_text(out, &entry)?;
        }
        for found in &file.diagnostics {
            let entry = CodacyIssue {
                filename: &file.name,
                line: found.line,
                message: &found.message,
                pattern_id: &found.code,
            };
            json_text::write_json_text(out, &entry)?;
        }
    }
    Ok(())
}
