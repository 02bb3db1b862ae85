//! `json`: one array for all files.

use std::io::{self, Write};

use serde::Serialize;

use super::ReportedFile;
use crate::report::json_text;

/// Keys in alphabetical order.
#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'a str,
    column: u32,
    file: &'a str,
    level: &'a str,
    line: u32,
    message: &'a str,
}

pub(super) fn write(out: &mut dyn Write, files: &[ReportedFile]) -> io::Result<()> {
    let mut entries = Vec::new();
    for file in files {
        entries.extend(file.refusal.iter().map(|refusal| JsonProblem {
            code: "DL1000",
            column: refusal.column,
            file: &file.source_name,
            level: "error",
            line: refusal.line,
            message: &refusal.message,
        }));
        entries.extend(file.diagnostics.iter().map(|found| JsonProblem {
            code: &found.code,
            column: 1,
            file: &file.name,
            level: found.severity.as_str(),
            line: found.line,
            message: &found.message,
        }));
    }
    json_text::write_json_text(out, &entries)
}
