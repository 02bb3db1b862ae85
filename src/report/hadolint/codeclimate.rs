//! `codeclimate`: JSON objects, each followed by a NUL; and `gitlab_codeclimate`: an array of the same objects
//! with fingerprints.

use std::io::{self, Write};

use serde::Serialize;
use sha1::{Digest, Sha1};

use super::{ReportOptions, ReportedFile};
use crate::diagnostic::Severity;
use crate::hexadecimal::to_hexadecimal;
use crate::report::json_text;

/// Keys in alphabetical order.
#[derive(Serialize)]
struct Issue<'a> {
    categories: [&'a str; 1],
    check_name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    location: Location<'a>,
    severity: &'a str,
    r#type: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Location<'a> {
    Lines { lines: LineRange<u32>, path: &'a str },
    Positions { path: &'a str, positions: LineRange<Position> },
}

#[derive(Serialize)]
struct LineRange<T> {
    begin: T,
    end: T,
}

#[derive(Serialize, Clone, Copy)]
struct Position {
    column: u32,
    line: u32,
}

pub(super) fn write(
    out: &mut dyn Write,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
) -> io::Result<()> {
    for entry in code_quality_issues(files, &options) {
        json_text::write_json_text(out, &entry)?;
        out.write_all(b"\0")?;
    }
    Ok(())
}

pub(super) fn write_gitlab(
    out: &mut dyn Write,
    files: &[ReportedFile],
    options: ReportOptions<'_>,
) -> io::Result<()> {
    let mut entries = code_quality_issues(files, &options);
    for entry in &mut entries {
        let mut text = Vec::new();
        json_text::write_json_text(&mut text, entry)?;
        entry.fingerprint = Some(to_hexadecimal(&Sha1::digest(&text)));
    }
    json_text::write_json_text(out, &entries)
}

fn code_quality_issues<'a>(files: &'a [ReportedFile], options: &'a ReportOptions<'_>) -> Vec<Issue<'a>> {
    let mut entries = Vec::new();
    for file in files {
        entries.extend(file.refusal.iter().map(|refusal| {
            let position = Position { column: refusal.column, line: refusal.line };
            let positions = LineRange { begin: position, end: position };
            let location = Location::Positions { path: &file.source_name, positions };
            code_quality_issue("DL1000", file.refusal_with_excerpt(refusal), location, "blocker")
        }));
        entries.extend(file.diagnostics.iter().map(|found| {
            let lines = LineRange { begin: found.line, end: found.line };
            let location = Location::Lines { lines, path: options.name(file) };
            code_quality_issue(&found.code, found.message.clone(), location, severity_name(found.severity))
        }));
    }
    entries
}

fn code_quality_issue<'a>(
    code: &'a str,
    description: String,
    location: Location<'a>,
    severity: &'a str,
) -> Issue<'a> {
    Issue {
        categories: ["Bug Risk"],
        check_name: code,
        description,
        fingerprint: None,
        location,
        severity,
        r#type: "issue",
    }
}

const fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "blocker",
        Severity::Warning => "major",
        Severity::Info => "info",
        Severity::Style => "minor",
    }
}
