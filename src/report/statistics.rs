//! `--statistics`: how often each rule has reported.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::full::{Look, severity_style};
use super::json::{TOOL, Tool};
use super::summary::sentence;
use super::{Results, json_text};
use crate::diagnostic::{Applicability, Severity};

/// What `check --statistics --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Statistics")]
pub(super) struct Document {
    /// Of the shape: another number means another shape.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    tool: Tool,
    /// The most frequent first; among equals, by code.
    statistics: Vec<Row>,
}

/// What one rule has reported.
#[derive(Serialize, JsonSchema)]
struct Row {
    count: usize,
    code: &'static str,
    name: &'static str,
    /// The worst it had.
    severity: Severity,
    /// How many of them have a fix that a command can make.
    fixable: usize,
}

pub(super) fn write_text(out: &mut dyn Write, results: &Results, look: Look) -> io::Result<()> {
    let rows = rows(results);
    let width = |text: fn(&Row) -> String| rows.iter().map(|row| text(row).len()).max().unwrap_or_default();
    let (counts, codes) = (width(|row| row.count.to_string()), width(|row| row.code.to_string()));
    for row in &rows {
        let style = severity_style(row.severity, look);
        let (count, code, severity) = (row.count, row.code, row.severity.as_str());
        write!(out, "{count:>counts$}  {style}{severity:<7}{style:#}  {code:<codes$}  {}", row.name)?;
        match row.fixable {
            0 => writeln!(out)?,
            fixable => writeln!(out, " ({fixable} fixable)")?,
        }
    }
    if look.quiet { Ok(()) } else { writeln!(out, "{}", sentence(results)) }
}

pub(super) fn write_json(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    json_text::write(out, &Document { version: 1, tool: TOOL, statistics: rows(results) })?;
    writeln!(out)
}

/// The most frequent first; among equals, by code.
fn rows(results: &Results) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        let found = &located.diagnostic;
        let row = rows.entry(found.code).or_insert(Row {
            count: 0,
            code: found.code,
            name: found.name,
            severity: found.severity,
            fixable: 0,
        });
        row.count += 1;
        row.severity = row.severity.max(found.severity);
        row.fixable += usize::from(located.is_fixable(Applicability::UnsafeHigh));
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    rows
}
