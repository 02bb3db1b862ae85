//! `--explain`: each problem with its fix, and why that is safe, or not offered, or not safer.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::TextReport;
use crate::plan::{FilePlan, FixClass, PlannedProblem};
use crate::report::neutralize;
use crate::report::optimize::values::{DurationFormat, no_problems_sentence, options_of_level};

impl TextReport {
    pub(super) fn print_explanations(self, out: &mut dyn Write, plan: &FilePlan) -> io::Result<()> {
        writeln!(out, "{}", self.bold(&neutralize(&plan.report.file)))?;
        if plan.problems.is_empty() {
            return writeln!(out, "  {}", no_problems_sentence(plan));
        }
        let clock = DurationFormat::format_for_report(&plan.report);
        for problem in &plan.problems {
            writeln!(out)?;
            self.print_explanation(out, problem, clock)?;
        }
        Ok(())
    }

    fn print_explanation(
        self,
        out: &mut dyn Write,
        problem: &PlannedProblem,
        clock: DurationFormat,
    ) -> io::Result<()> {
        let lines = if problem.end_line > problem.line {
            format!("lines {} to {}", problem.line, problem.end_line)
        } else {
            format!("line {}", problem.line)
        };
        writeln!(out, "  {}  {} {}", self.bold(&lines), problem.code, problem.name)?;
        self.print_paragraph(out, "    ", &neutralize(&problem.message))?;
        if let (Some(class), Some(title)) = (problem.class, &problem.title) {
            self.print_paragraph(
                out,
                "    → ",
                &format!("{} ({})", neutralize(title), describe_fix_class(class)),
            )?;
        } else if let Some(help) = &problem.help {
            // A fix states what to do more exactly.
            self.print_paragraph(out, "    help: ", &neutralize(help))?;
        }
        let saves = clock.describe_savings(&problem.saves);
        if !saves.is_empty() {
            self.print_paragraph(out, "    saves: ", &saves)?;
        }
        for (at, condition) in problem.proof.iter().enumerate() {
            self.print_paragraph(
                out,
                if at == 0 { "    proved: " } else { "            " },
                &neutralize(condition),
            )?;
        }
        if let Some(missing) = &problem.missing {
            self.print_paragraph(out, "    risk: ", &neutralize(missing))?;
        }
        for reason in &problem.refused {
            let head = match problem.class {
                None => "    not fixed: ",
                Some(FixClass::Suggestion) => "    only a suggestion: ",
                Some(_) => "    not safer: ",
            };
            self.print_paragraph(out, head, &neutralize(reason))?;
        }
        if problem.class == Some(FixClass::Suggestion) {
            self.print_diff(out, &problem.diff)?;
        }
        Ok(())
    }

    /// The lines of a unified diff below its header.
    fn print_diff(self, out: &mut dyn Write, diff: &str) -> io::Result<()> {
        for line in diff.lines().skip(2) {
            let style = self.style_if_colored(match line.bytes().next() {
                Some(b'+') => AnsiColor::Green.on_default(),
                Some(b'-') => AnsiColor::Red.on_default(),
                Some(b'@') => AnsiColor::Cyan.on_default(),
                _ => Style::new(),
            });
            writeln!(out, "      {style}{}{style:#}", neutralize(line))?;
        }
        Ok(())
    }
}

/// What applies a fix.
fn describe_fix_class(class: FixClass) -> String {
    match class.level() {
        Some(level) => format!("applied by `{}`", options_of_level(level)),
        None => "suggestion, not applied by any command".to_string(),
    }
}
