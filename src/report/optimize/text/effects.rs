//! The effect of fixes: the metrics of the file as it is, and with the fixes of each level.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::TextReport;
use super::layout::{fit_to_width, wrap_paragraph};
use crate::plan::{FilePlan, LevelEffect, Metrics};
use crate::report::optimize::values::{
    DurationFormat, RebuildColumn, key_of_impossible_changes, last_option_of_level, options_of_level,
    rebuild_columns, size_in_table,
};

impl TextReport {
    /// A row for each level that changes a metric, and how many problems each option fixes.
    pub(super) fn format_effects(self, plan: &FilePlan) -> Vec<String> {
        let after: Vec<&LevelEffect> = plan.after.iter().filter(|after| !after.diff.is_empty()).collect();
        if after.is_empty() {
            return Vec::new();
        }
        let clock = DurationFormat::format_for_report(&plan.report);
        let figures: Vec<&Metrics> =
            std::iter::once(&plan.before).chain(after.iter().map(|after| &after.figures)).collect();
        let columns = rebuild_columns(&figures);
        let now = Self::metric_cells(clock, &columns, &plan.before);
        let mut rows: Vec<(String, Vec<String>)> = vec![("now".to_string(), now)];
        for after in &after {
            let cells = Self::metric_cells(clock, &columns, &after.figures);
            if rows.last().is_none_or(|(_, last)| *last != cells) {
                rows.push((format!("{} ({})", last_option_of_level(after.level), after.made.len()), cells));
            }
        }
        let mut lines = Vec::new();
        if rows.len() > 1 {
            let is_wide = self.has_wide_layout();
            let title = |column: &RebuildColumn| if is_wide { column.title } else { column.short_title };
            let heads: Vec<&str> = ["image", "wasted"].into_iter().chain(columns.iter().map(title)).collect();
            let least = if is_wide { 13 } else { 11 };
            let widths: Vec<usize> = heads
                .iter()
                .enumerate()
                .map(|(at, head)| if at < 2 { least } else { (head.width() + 2).max(9) })
                .collect();
            let cells: Vec<String> = heads.iter().map(ToString::to_string).collect();
            lines.push(self.bold(&format_line("Effect of fixes", &cells, &widths)));
            for (name, metric_cells) in &rows {
                lines.push(format_line(&format!("  {name}"), metric_cells, &widths));
            }
            lines.extend(key_of_impossible_changes(&columns, &figures).map(|key| format!("  {key}")));
        }
        let listed: BTreeSet<&str> = plan.ranking.iter().map(|row| row.code).collect();
        for text in describe_fixable_by_level(&after, &listed) {
            lines.extend(wrap_paragraph("", &text, self.style.width));
        }
        lines
    }

    fn metric_cells(clock: DurationFormat, columns: &[RebuildColumn], figures: &Metrics) -> Vec<String> {
        let mut cells = vec![size_in_table(figures.image), size_in_table(figures.wasted)];
        cells.extend(columns.iter().map(|column| clock.describe_rebuild((column.of)(figures))));
        cells
    }
}

fn format_line(name: &str, cells: &[String], widths: &[usize]) -> String {
    let mut line = fit_to_width(name, 27);
    for (cell, width) in cells.iter().zip(widths) {
        line += &fit_to_width(cell, *width);
    }
    line.trim_end().to_string()
}

/// `5 fixable with `--fix`, 2 more with `--fix --unsafe-fixes=mid`.`, and the same for the fixes of rules that the report
/// does not list.
fn describe_fixable_by_level(after: &[&LevelEffect], listed: &BTreeSet<&str>) -> Vec<String> {
    let mut sentences = Vec::new();
    let own: Vec<String> = count_fixes_added_by_level(after, |code| listed.contains(code))
        .into_iter()
        .enumerate()
        .map(|(at, (number, flags))| {
            format!("{number} {} with `{flags}`", if at == 0 { "fixable" } else { "more" })
        })
        .collect();
    if !own.is_empty() {
        sentences.push(format!("{}.", own.join(", ")));
    }
    let others: Vec<String> = count_fixes_added_by_level(after, |code| !listed.contains(code))
        .into_iter()
        .enumerate()
        .map(|(at, (number, flags))| match at {
            0 if number == 1 => format!("`{flags}` also applies 1 fix of another rule"),
            0 => format!("`{flags}` also applies {number} fixes of other rules"),
            _ => format!("`{flags}` {number} more"),
        })
        .collect();
    if !others.is_empty() {
        sentences.push(format!("{} (see `dockwright check`).", others.join(", ")));
    }
    sentences
}

/// For each level, how many fixes it adds to the levels before it, and its options. Only fixes of some rules count.
fn count_fixes_added_by_level(
    after: &[&LevelEffect],
    counts: impl Fn(&str) -> bool,
) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let mut before = 0;
    for after in after {
        let number = after.made.iter().filter(|fix| counts(fix.code)).count();
        if number > before {
            found.push((number - before, options_of_level(after.level)));
            before = number;
        }
    }
    found
}
