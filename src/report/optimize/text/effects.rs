//! The effect of fixes: the metrics of the file as it is, and with the fixes of each level.

use super::TextReport;
use super::layout::{fit_to_width, paragraph_lines};
use crate::plan::{FilePlan, LevelEffect, Metrics};
use crate::report::optimize::values::{DurationFormat, level_flag, level_flags, size_in_table};

impl TextReport {
    /// A row for each level that changes a metric, and how many problems each option fixes.
    pub(super) fn effects(self, plan: &FilePlan) -> Vec<String> {
        let after: Vec<&LevelEffect> = plan.after.iter().filter(|after| !after.diff.is_empty()).collect();
        if after.is_empty() {
            return Vec::new();
        }
        let clock = DurationFormat::for_report(&plan.report);
        let now = Self::cells(clock, &plan.before);
        let mut rows: Vec<(String, Vec<String>)> = vec![("now".to_string(), now)];
        for after in &after {
            let cells = Self::cells(clock, &after.figures);
            if rows.last().is_none_or(|(_, last)| *last != cells) {
                rows.push((format!("{} ({})", level_flag(after.level), after.made.len()), cells));
            }
        }
        let mut lines = Vec::new();
        if rows.len() > 1 {
            let heads: [&str; 5] = if self.is_wide() {
                ["image", "wasted", "source change", "dependency change", "full build"]
            } else {
                ["image", "wasted", "source", "dependency", "full build"]
            };
            let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
            lines.push(self.bold(&self.line("Effect of fixes", &heads)));
            for (name, cells) in &rows {
                lines.push(self.line(&format!("  {name}"), cells));
            }
        }
        lines.extend(paragraph_lines("", &fixable_sentence(&after), self.style.width));
        lines
    }

    fn cells(clock: DurationFormat, figures: &Metrics) -> Vec<String> {
        vec![
            size_in_table(figures.image),
            size_in_table(figures.wasted),
            clock.rebuild(&figures.source),
            clock.rebuild(&figures.dependency),
            clock.rebuild(&figures.full_build),
        ]
    }

    fn line(self, name: &str, cells: &[String]) -> String {
        let widths = if self.is_wide() { [13, 13, 15, 19, 10] } else { [11, 11, 9, 12, 10] };
        let mut line = fit_to_width(name, 27);
        for (cell, width) in cells.iter().zip(widths) {
            line += &fit_to_width(cell, width);
        }
        line.trim_end().to_string()
    }
}

/// `5 fixable with `--fix`, 2 more with `--fix --unsafe-fixes=mid`.`
fn fixable_sentence(after: &[&LevelEffect]) -> String {
    let mut parts = Vec::new();
    let mut before = 0;
    for after in after {
        let number = after.made.len();
        if number > before {
            let what = if parts.is_empty() { "fixable" } else { "more" };
            parts.push(format!("{} {what} with `{}`", number - before, level_flags(after.level)));
            before = number;
        }
    }
    format!("{}.", parts.join(", "))
}
