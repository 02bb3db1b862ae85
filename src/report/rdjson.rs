//! `rdjson`: input for reviewdog, whose columns count bytes.

use std::io::{self, Write};

use serde::Serialize;

use super::{FileResult, LocatedDiagnostic, Results, hint, json_text};
use crate::diagnostic::Severity;
use crate::source::{LineIndex, Span};

#[derive(Serialize)]
struct Document<'a> {
    source: Source<'a>,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    message: String,
    location: Location<'a>,
    severity: &'a str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let mut diagnostics = Vec::new();
    for file in &results.files {
        let lines = LineIndex::new(&file.source);
        diagnostics.extend(file.diagnostics.iter().map(|located| diagnostic_entry(file, &lines, located)));
    }
    let source = Source { name: env!("CARGO_PKG_NAME") };
    json_text::write_json_text(out, &Document { source, diagnostics })?;
    writeln!(out)
}

fn diagnostic_entry<'a>(
    file: &'a FileResult,
    lines: &LineIndex,
    located: &'a LocatedDiagnostic,
) -> Entry<'a> {
    let found = &located.diagnostic;
    // Several suggestions would be alternatives, so a fix with several edits cannot be expressed.
    let suggestions = match found.fix.as_ref().map(|fix| fix.edits.as_slice()) {
        Some([edit]) => {
            vec![Suggestion { range: text_range(edit.span, lines, &file.source), text: &edit.text }]
        }
        _ => Vec::new(),
    };
    Entry {
        message: hint::problem_text_lines(found).join("\n"),
        location: Location { path: &file.name, range: text_range(found.span, lines, &file.source) },
        severity: match found.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info | Severity::Style => "INFO",
        },
        code: Code { value: found.code },
        suggestions,
    }
}

fn text_range(span: Span, lines: &LineIndex, source: &[u8]) -> Range {
    let position = |offset: u32| {
        let line = lines.line(offset);
        let start = lines.span_of_line(line, source).start;
        Position { line, column: offset.saturating_sub(start) + 1 }
    };
    Range { start: position(span.start), end: position(span.end) }
}
