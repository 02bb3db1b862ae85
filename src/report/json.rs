//! `json`: one object with all details. The version number changes with the schema.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{LocatedDiagnostic, Results, Summary, json_text};
use crate::diagnostic::{Applicability, Fix, Severity};
use crate::source::LineColumn;

/// What `check --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
pub(super) struct Document<'a> {
    /// Version of this schema. New keys do not change it.
    #[schemars(range(min = 2, max = 2))]
    version: u32,
    tool: ReportTool,
    /// Sorted by file, then position, then code.
    diagnostics: Vec<Entry<'a>>,
    summary: Summary,
}

/// The program that wrote the report.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReportTool {
    name: &'static str,
    version: &'static str,
}

/// One diagnostic: an element of `diagnostics` in `json`, a line of `jsonl`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub(super) struct Entry<'a> {
    /// The path as given, or relative to the current directory; `-` is standard input.
    file: &'a str,
    /// `DL3008`, `SC2086`, `StageNameCasing`, `DW0001`.
    code: &'a str,
    /// The name of the rule.
    name: &'a str,
    /// Codes of other rule families for the same problem.
    aliases: &'a [&'static str],
    severity: Severity,
    /// The problem, on one line.
    message: &'a str,
    /// How to fix it.
    help: Option<Cow<'a, str>>,
    range: Range,
    lines: Lines,
    /// Name of the stage, or its index from 0, as `COPY --from` counts.
    stage: Option<&'a str>,
    fix: Option<FixEntry<'a>>,
    /// The reasons why there is no fix, or no safer one.
    refused: &'a [String],
}

/// The lines of the whole instruction, from 1; `range` is the affected text.
#[derive(Serialize, JsonSchema)]
struct Lines {
    #[schemars(range(min = 1))]
    start: u32,
    /// The last line.
    #[schemars(range(min = 1))]
    end: u32,
}

/// The affected text; may be empty.
#[derive(Serialize, JsonSchema)]
struct Range {
    start: Position,
    /// After the last character.
    end: Position,
}

#[derive(Serialize, JsonSchema)]
struct Position {
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// From 1, in Unicode characters.
    #[schemars(range(min = 1))]
    column: u32,
    /// From 0, in bytes of the file.
    offset: u32,
}

/// A change that fixes the problem. Either all of its edits are applied, or none.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixEntry<'a> {
    /// An imperative such as "use `COPY`".
    title: &'a str,
    applicability: Class,
    /// How unsafe it is; `null` unless `applicability` is `unsafe`.
    level: Option<Level>,
    /// Why the fix is not safe: the risk.
    missing: Option<&'a str>,
    /// Why the fix is safe: each condition, with the place in the file that meets it.
    proof: &'a [String],
    edits: Vec<EditEntry<'a>>,
}

/// Which command applies a fix.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Applicability")]
enum Class {
    /// Applied by `--fix`.
    Safe,
    /// Applied by `--fix --unsafe-fixes=LEVEL`.
    Unsafe,
    /// Never applied.
    Suggestion,
}

/// The level of `--unsafe-fixes` that a fix requires.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    Mid,
    High,
}

/// One replacement.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditEntry<'a> {
    /// Offset in bytes.
    start: u32,
    /// Offset in bytes, exclusive.
    end: u32,
    /// The replacement.
    text: &'a str,
}

pub(super) const TOOL: ReportTool =
    ReportTool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

pub(super) fn write(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let diagnostics = results.diagnostics().map(|(file, located)| Entry::new(&file.name, located)).collect();
    json_text::write_json_text(
        out,
        &Document { version: 2, tool: TOOL, diagnostics, summary: results.summary() },
    )?;
    writeln!(out)
}

/// `jsonl`: the diagnostics alone, one per line.
pub(super) fn write_json_lines(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    for (file, located) in results.diagnostics() {
        json_text::write_json_text(out, &Entry::new(&file.name, located))?;
        writeln!(out)?;
    }
    Ok(())
}

impl<'a> Entry<'a> {
    pub(super) fn new(file: &'a str, located: &'a LocatedDiagnostic) -> Self {
        let found = &located.diagnostic;
        Self {
            file,
            code: found.code,
            name: found.name,
            aliases: &found.aliases,
            severity: found.severity,
            message: &found.message,
            help: found.help_with_saving(),
            range: Range {
                start: Position::new(located.start, found.span.start),
                end: Position::new(located.end, found.span.end),
            },
            lines: Lines { start: located.lines.0, end: located.lines.1 },
            stage: found.stage.as_deref(),
            fix: found.fix.as_ref().map(FixEntry::new),
            refused: &found.refused,
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
            Applicability::Safe => (Class::Safe, None),
            Applicability::UnsafeLow => (Class::Unsafe, Some(Level::Low)),
            Applicability::UnsafeMid => (Class::Unsafe, Some(Level::Mid)),
            Applicability::UnsafeHigh => (Class::Unsafe, Some(Level::High)),
            Applicability::Suggestion => (Class::Suggestion, None),
        };
        let edits = fix
            .edits
            .iter()
            .map(|edit| EditEntry { start: edit.span.start, end: edit.span.end, text: &edit.text })
            .collect();
        Self {
            title: &fix.title,
            applicability,
            level,
            missing: fix.missing.as_deref(),
            proof: &fix.proof,
            edits,
        }
    }
}
