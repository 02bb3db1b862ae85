//! The list of problems, the most expensive first: lines, problem, what a fix saves, what applies it, code.

use unicode_width::UnicodeWidthStr;

use super::TextReport;
use super::layout::{fit_to_width, wrap_text};
use crate::plan::{FilePlan, FixClass, PlannedProblem, ProblemRow};
use crate::report::neutralize;
use crate::report::optimize::values::{DurationFormat, fix_label, no_problems_sentence, short_fix_label};

/// Maximum number of rows; the others are only counted.
const MAX_ROWS: usize = 10;
/// The width of `~1.5 min/build` and a space.
const SAVES: usize = 15;

/// A row of the list as text: its lines, and the lines of its advice.
struct FormattedRow {
    lines: Vec<String>,
    advice: Vec<String>,
}

impl TextReport {
    /// The title and the rows that fit into `room` lines; all of them without a limit.
    pub(super) fn format_problems(self, plan: &FilePlan, room: Option<usize>) -> Vec<String> {
        if plan.ranking.is_empty() {
            return vec![no_problems_sentence(plan).to_string()];
        }
        let columns = ColumnWidths::measure_columns(self, plan);
        let heading = if room.is_some() { "Top problems" } else { "Problems" };
        let mut title = fit_to_width(heading, columns.lines + columns.message + 2);
        title += &format!(" {}", fit_to_width("saves", SAVES));
        title += &fit_to_width("fix", columns.fix);
        let mut out = vec![self.bold(title.trim_end())];
        let clock = DurationFormat::format_for_report(&plan.report);
        let rows: Vec<FormattedRow> =
            plan.ranking.iter().map(|row| self.format_row(plan, row, &columns, clock)).collect();
        let Some(room) = room else {
            for row in rows {
                out.extend(row.lines);
                out.extend(row.advice);
            }
            return out;
        };
        // Two lines are for the title and the number of omitted rows.
        let mut left = room.saturating_sub(2);
        let mut shown = 0;
        for row in rows.iter().take(MAX_ROWS) {
            let Some(rest) = left.checked_sub(row.lines.len()) else { break };
            left = rest;
            shown += 1;
        }
        for (at, row) in rows.into_iter().enumerate().take(shown) {
            out.extend(row.lines);
            // Advice is printed as far as there is room, for the most expensive problems first.
            if at < 5
                && let Some(rest) = left.checked_sub(row.advice.len())
            {
                left = rest;
                out.extend(row.advice);
            }
        }
        match plan.ranking.len() - shown {
            0 => {}
            more => out.push(format!("  {more} more: --all")),
        }
        out
    }

    fn format_row(
        self,
        plan: &FilePlan,
        row: &ProblemRow,
        columns: &ColumnWidths,
        clock: DurationFormat,
    ) -> FormattedRow {
        let problem = row.problems.first().and_then(|at| plan.problems.get(*at));
        // The first column has room for three lines.
        let message = match row.lines.len() {
            0..=3 => row.message.clone(),
            number => format!("{} (on {number} lines)", row.message),
        };
        let fixed = columns.label_of_fix(row.class);
        let message = wrap_text(&neutralize(&message), columns.message);
        let places = wrap_text(&format_first_lines(&row.lines), columns.lines);
        let mut lines = Vec::new();
        for at in 0..message.len().max(places.len()) {
            let place = places.get(at).map_or("", String::as_str);
            let text = message.get(at).map_or("", String::as_str);
            let mut line =
                format!("  {} {}", fit_to_width(place, columns.lines), fit_to_width(text, columns.message));
            if at == 0 {
                let saves = fit_to_width(&clock.describe_savings(&row.saves), SAVES);
                line += &format!(" {saves}{} {}", fit_to_width(fixed, columns.fix), row.code);
            }
            lines.push(line.trim_end().to_string());
        }
        let advice = problem.and_then(format_problem_advice).map(|advice| {
            let indent = " ".repeat(columns.lines + 3);
            let wrapped = wrap_text(&format!("→ {}", neutralize(&advice)), self.style.width - indent.len());
            wrapped.into_iter().map(|line| format!("{indent}{}", self.dim(&line))).collect()
        });
        FormattedRow { lines, advice: advice.unwrap_or_default() }
    }
}

/// The widths of the columns.
struct ColumnWidths {
    lines: usize,
    message: usize,
    fix: usize,
    is_short: bool,
}

impl ColumnWidths {
    fn measure_columns(page: TextReport, plan: &FilePlan) -> Self {
        let is_short = !page.has_wide_layout();
        let fix = if is_short { 11 } else { 20 };
        let code = plan.ranking.iter().map(|row| row.code.width()).max().unwrap_or(6);
        let lines = 7;
        let message = page.style.width.saturating_sub(2 + lines + 1 + 1 + SAVES + fix + 1 + code);
        Self { lines, message: message.max(24), fix, is_short }
    }

    fn label_of_fix(&self, class: Option<FixClass>) -> &'static str {
        if self.is_short { short_fix_label(class) } else { fix_label(class) }
    }
}

/// `7, 12, 13`; of many lines, the first ones.
fn format_first_lines(lines: &[u32]) -> String {
    let shown: Vec<String> = lines.iter().take(3).map(ToString::to_string).collect();
    if lines.len() > 3 { format!("{}, …", shown.join(", ")) } else { shown.join(", ") }
}

/// What to do about a problem.
fn format_problem_advice(problem: &PlannedProblem) -> Option<String> {
    problem.help.clone().or_else(|| problem.title.clone())
}
