//! `codeclimate`: the output of a Code Climate engine; and `gitlab`: the part of it that GitLab's Code Quality report
//! uses.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::{FileResult, LocatedDiagnostic, Results, hint, json_text};
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'a str,
    check_name: &'a str,
    description: String,
    categories: [&'a str; 1],
    location: Location<'a>,
    severity: &'a str,
    fingerprint: String,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the problems as JSON objects, each followed by a NUL.
pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for entry in collect_issues(results) {
        json_text::write_json_text(out, &entry)?;
        out.write_all(b"\0")?;
    }
    Ok(())
}

/// Writes the problems as one JSON array.
pub(super) fn write_gitlab(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    json_text::write_json_text(out, &collect_issues(results))?;
    writeln!(out)
}

fn collect_issues(results: &Results) -> Vec<Issue<'_>> {
    let mut fingerprints = Fingerprints::default();
    results
        .diagnostics()
        .map(|(file, located)| code_quality_issue(file, located, fingerprints.next(file, located)))
        .collect()
}

fn code_quality_issue<'a>(
    file: &'a FileResult,
    located: &'a LocatedDiagnostic,
    fingerprint: String,
) -> Issue<'a> {
    let found = &located.diagnostic;
    Issue {
        r#type: "issue",
        check_name: found.code,
        description: hint::hint_on_one_line(found),
        categories: ["Bug Risk"],
        location: Location {
            path: &file.name,
            lines: Lines { begin: located.start.line, end: located.end.line },
        },
        severity: match found.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "minor",
            Severity::Style => "info",
        },
        fingerprint,
    }
}
