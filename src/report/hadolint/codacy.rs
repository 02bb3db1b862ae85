//! `codacy`: JSON objects with nothing between them.

use std::io::{self, Write};

use serde::Serialize;

use super::File;
use crate::report::json_text;

/// Keys in alphabetical order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    filename: &'a str,
    line: u32,
    message: &'a str,
    pattern_id: &'a str,
}

pub(super) fn write(out: &mut dyn Write, files: &[File]) -> io::Result<()> {
    for file in files {
        if let Some(refusal) = &file.refusal {
            let entry = Entry {
                filename: &file.source_name,
                line: refusal.line,
                message: &file.refusal_with_excerpt(refusal),
                pattern_id: "DL1000",
            };
            json_text::write(out, &entry)?;
        }
        for found in &file.diagnostics {
            let entry = Entry {
                filename: &file.name,
                line: found.line,
                message: &found.message,
                pattern_id: &found.code,
            };
            json_text::write(out, &entry)?;
        }
    }
    Ok(())
}
