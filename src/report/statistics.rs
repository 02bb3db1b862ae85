//! `--statistics`: a count per rule.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::full::{ReportStyle, severity_style};
use super::json::{ReportTool, TOOL};
use super::summary::summary_sentence;
use super::{Results, json_text};
use crate::diagnostic::{Applicability, Severity};

/// What `check --statistics --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Statistics")]
pub(super) struct StatisticsDocument {
    /// Version of this schema.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    tool: ReportTool,
    /// Sorted by count, then code. A rule has an entry for each severity of its problems.
    statistics: Vec<RuleCount>,
}

/// The problems that one rule has reported with one severity.
#[derive(Serialize, JsonSchema)]
struct RuleCount {
    count: usize,
    code: &'static str,
    name: &'static str,
    severity: Severity,
    /// How many of them have a fix that a command can apply.
    fixable: usize,
    /// The number of fixable problems, for each class of fixes.
    #[serde(skip)]
    by_class: [usize; Applicability::APPLIED.len()],
}

pub(super) fn write_text(
    out: &mut dyn Write,
    results: &Results,
    report_style: ReportStyle,
) -> io::Result<()> {
    let rows = count_rows(results);
    let width =
        |text: fn(&RuleCount) -> String| rows.iter().map(|row| text(row).len()).max().unwrap_or_default();
    let (counts, codes) = (width(|row| row.count.to_string()), width(|row| row.code.to_string()));
    for row in &rows {
        let style = severity_style(row.severity, report_style);
        let (count, code, severity) = (row.count, row.code, row.severity.as_str());
        write!(out, "{count:>counts$}  {style}{severity:<7}{style:#}  {code:<codes$}  {}", row.name)?;
        let options = Applicability::APPLIED.into_iter().filter_map(Applicability::command_line_options);
        let applied = options.zip(row.by_class).filter(|(_, number)| *number > 0);
        let fixable: Vec<String> =
            applied.map(|(options, number)| format!("{number} with `{options}`")).collect();
        if fixable.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(out, " (fixable: {})", fixable.join(", "))?;
        }
    }
    if report_style.quiet { Ok(()) } else { writeln!(out, "{}", summary_sentence(results)) }
}

pub(super) fn write_json(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    json_text::write_json_text(
        out,
        &StatisticsDocument { version: 1, tool: TOOL, statistics: count_rows(results) },
    )?;
    writeln!(out)
}

/// The rows, the most frequent first; rows with equal counts are sorted by code, then by severity, the worst first.
fn count_rows(results: &Results) -> Vec<RuleCount> {
    let mut rows: BTreeMap<(&str, Reverse<Severity>), RuleCount> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        let found = &located.diagnostic;
        let row = rows.entry((found.code, Reverse(found.severity))).or_insert(RuleCount {
            count: 0,
            code: found.code,
            name: found.name,
            severity: found.severity,
            fixable: 0,
            by_class: [0; Applicability::APPLIED.len()],
        });
        row.count += 1;
        row.fixable += usize::from(located.is_fixable(Applicability::UnsafeHigh));
        for (class, number) in Applicability::APPLIED.iter().zip(&mut row.by_class) {
            *number += usize::from(found.fix.as_ref().is_some_and(|fix| fix.applicability == *class));
        }
    }
    let mut rows: Vec<RuleCount> = rows.into_values().collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}
