//! `json`: one object with everything that is known. The version number changes when the shape does.

use std::io::{self, Write};

use serde::Serialize;

use super::{Located, Results, Summary, json_text};
use crate::diagnostic::{Applicability, Fix};
use crate::source::LineColumn;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    diagnostics: Vec<Entry<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// A diagnostic; so it stands in `json` and, line by line, in `jsonl`.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    file: &'a str,
    code: &'a str,
    name: &'a str,
    aliases: &'a [&'static str],
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    range: Range,
    lines: Lines,
    stage: Option<&'a str>,
    fix: Option<FixEntry<'a>>,
}

/// The whole instruction, where `range` is the words concerned.
#[derive(Serialize)]
struct Lines {
    start: u32,
    end: u32,
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
    offset: u32,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    applicability: &'static str,
    level: Option<&'static str>,
    missing: Option<&'a str>,
    edits: Vec<EditEntry<'a>>,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

pub(super) const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let diagnostics = results.diagnostics().map(|(file, located)| Entry::new(&file.name, located)).collect();
    json_text::write(out, &Document { version: 1, tool: TOOL, diagnostics, summary: results.summary() })?;
    writeln!(out)
}

/// `jsonl`: the diagnostics alone, one a line.
pub(super) fn write_lines(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        json_text::write(out, &Entry::new(&file.name, located))?;
        writeln!(out)?;
    }
    Ok(())
}

impl<'a> Entry<'a> {
    pub fn new(file: &'a str, located: &'a Located) -> Self {
        let found = &located.diagnostic;
        Self {
            file,
            code: found.code,
            name: found.name,
            aliases: &found.aliases,
            severity: found.severity.as_str(),
            message: &found.message,
            help: found.help.as_deref(),
            range: Range {
                start: Position::new(located.start, found.span.start),
                end: Position::new(located.end, found.span.end),
            },
            lines: Lines { start: located.lines.0, end: located.lines.1 },
            stage: found.stage.as_deref(),
            fix: found.fix.as_ref().map(FixEntry::new),
        }
    }
}

impl Position {
    const fn new(position: LineColumn, offset: u32) -> Self {
        Self { line: position.line, column: position.column, offset }
    }
}

impl<'a> FixEntry<'a> {
    fn new(fix: &'a Fix) -> Self {
        let (applicability, level) = match fix.applicability {
            Applicability::Safe => ("safe", None),
            Applicability::UnsafeLow => ("unsafe", Some("low")),
            Applicability::UnsafeMid => ("unsafe", Some("mid")),
            Applicability::UnsafeHigh => ("unsafe", Some("high")),
            Applicability::Shown => ("shown", None),
        };
        let edits = fix
            .edits
            .iter()
            .map(|edit| EditEntry { start: edit.span.start, end: edit.span.end, text: &edit.text })
            .collect();
        Self { title: &fix.title, applicability, level, missing: fix.missing.as_deref(), edits }
    }
}
