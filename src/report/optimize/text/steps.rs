//! `--steps`: what each step adds and which changes rebuild it, the wasted space and the build context.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::TextReport;
use super::layout::fit_to_width;
use crate::facts::count_noun;
use crate::facts::format_size;
use crate::optimize::{FileReport, Rebuilt, Scenario, StepReport};
use crate::plan::FilePlan;
use crate::report::neutralize;
use crate::report::optimize::values::{
    DurationFormat, describe_change, describe_line_numbers, is_impossible_scenario, rebuild_symbol,
    shorten_digest, size_in_table,
};

/// The change, cut or padded to this number of columns; the `)` at its end stays.
fn fit_change_to_width(change: &str, width: usize) -> String {
    match change.strip_suffix(')').filter(|_| change.width() > width) {
        Some(start) => {
            let cut = fit_to_width(start, width - 1);
            fit_to_width(&format!("{}…)", cut.trim_end_matches([' ', '…'])), width)
        }
        None => fit_to_width(change, width),
    }
}

impl TextReport {
    pub(super) fn print_steps(self, out: &mut dyn Write, plan: &FilePlan) -> io::Result<()> {
        for line in self.summary_lines(plan) {
            writeln!(out, "{line}")?;
        }
        let report = &plan.report;
        let clock = DurationFormat::format_for_report(report);
        self.write_step_table(out, report, clock)?;
        self.print_scenarios(out, report, clock)?;
        self.print_waste(out, report)?;
        self.write_context_section(out, report)?;
        self.print_section_title(out, "Assumptions")?;
        report.assumptions.iter().try_for_each(|one| self.print_paragraph(out, "  - ", &neutralize(one)))
    }

    fn write_step_table(
        self,
        out: &mut dyn Write,
        report: &FileReport,
        clock: DurationFormat,
    ) -> io::Result<()> {
        self.print_section_title(out, "Steps")?;
        if !report.steps.iter().any(|step| step.built && step.label.is_some()) {
            return writeln!(out, "  none; only the base image is used");
        }
        let text = self.style.width - 48;
        writeln!(out, "  line {}adds           S D B A  time", fit_to_width("step", text))?;
        let mut stage = None;
        for step in report.steps.iter().filter(|step| step.built && step.label.is_some()) {
            if report.stages.len() > 1 && stage != Some(step.stage) {
                stage = Some(step.stage);
                if let Some(entry) = report.stages.get(step.stage) {
                    let name = entry
                        .name
                        .as_deref()
                        .map(|name| format!(" `{}`", neutralize(name)))
                        .unwrap_or_default();
                    let place = if entry.ships { "final image" } else { "build stage" };
                    let text = format!(
                        "       stage {}{name} on {}, {place}",
                        entry.index + 1,
                        neutralize(&shorten_digest(&entry.from))
                    );
                    writeln!(out, "{}", fit_to_width(&text, self.style.width).trim_end())?;
                }
            }
            self.write_step(out, step, clock, text)?;
        }
        self.print_paragraph(
            out,
            "  ",
            "● rebuilt, ? maybe, after: S a source change, D a dependency change, B a new base image, A a new build argument",
        )
    }

    fn write_step(
        self,
        out: &mut dyn Write,
        step: &StepReport,
        clock: DurationFormat,
        width: usize,
    ) -> io::Result<()> {
        let changes = step.own.source == Rebuilt::Yes;
        let style =
            self.style_if_colored(if changes { AnsiColor::Yellow.on_default() } else { Style::new() });
        let again = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
        let marks: Vec<&str> = again
            .into_iter()
            .map(|scenario| rebuild_symbol(step.again.rebuilt_in_scenario(scenario)))
            .collect();
        let time = if step.time < 0.5 { String::new() } else { clock.format_duration(step.time) };
        writeln!(
            out,
            "  {:>4} {style}{}{style:#} {} {}  {time}",
            step.line,
            fit_to_width(&neutralize(&step.text), width - 1),
            fit_to_width(&size_in_table(step.adds), 14),
            marks.join(" ")
        )
    }

    fn print_scenarios(
        self,
        out: &mut dyn Write,
        report: &FileReport,
        clock: DurationFormat,
    ) -> io::Result<()> {
        self.print_section_title(out, "What a change rebuilds")?;
        let scenarios = report
            .scenarios
            .iter()
            .filter(|one| one.scenario != Scenario::Nothing && !is_impossible_scenario(one));
        for one in scenarios {
            let result = if one.again.is_empty() && one.maybe.is_empty() {
                "nothing".to_string()
            } else {
                let line = one.breaks_at.and_then(|id| report.steps.get(id)).map_or(0, |step| step.line);
                let maybe = match one.maybe.len() {
                    0 => String::new(),
                    maybe => format!(", maybe {maybe} more"),
                };
                let steps = count_noun(one.again.len(), "step");
                format!("{steps}{maybe}, from line {line}, {}", clock.format_duration(one.seconds.most))
            };
            self.print_paragraph(
                out,
                &format!("  {} ", fit_change_to_width(&neutralize(&describe_change(one)), 40)),
                &result,
            )?;
        }
        Ok(())
    }

    fn print_waste(self, out: &mut dyn Write, report: &FileReport) -> io::Result<()> {
        if report.waste.is_empty() {
            return Ok(());
        }
        self.print_section_title(out, "Wasted space")?;
        for one in &report.totals.by_cause {
            let at: Vec<u32> = report
                .waste
                .iter()
                .filter(|waste| waste.cause == one.cause)
                .map(|waste| waste.line)
                .collect();
            let text = format!("{} ({})", one.cause.title(), describe_line_numbers(&at));
            self.print_paragraph(out, &format!("  {} ", fit_to_width(&size_in_table(one.bytes), 14)), &text)?;
        }
        Ok(())
    }

    fn write_context_section(self, out: &mut dyn Write, report: &FileReport) -> io::Result<()> {
        let Some(context) = &report.context else { return Ok(()) };
        self.print_section_title(out, "Build context")?;
        let ignored = match &context.ignore_file {
            Some(file) => format!("`{}` excludes {}", neutralize(file), format_size(context.excluded.bytes)),
            None => "no `.dockerignore`".to_string(),
        };
        let line = format!(
            "`{}`: {} in {}, {ignored}",
            neutralize(&context.directory),
            format_size(context.total.bytes),
            count_noun(context.total.files, "file")
        );
        self.print_paragraph(out, "  ", &line)?;
        for directory in &context.directories {
            let files = count_noun(directory.amount.files, "file");
            let path = neutralize(&directory.path).into_owned();
            let path = fit_to_width(&path, self.style.width - 30 - files.width().saturating_sub(12));
            writeln!(out, "  {:>10}  {files:>12}  {}", format_size(directory.amount.bytes), path.trim_end())?;
        }
        for copy in &context.copies {
            let text = format!(
                "line {} copies {} in {} ({})",
                copy.line,
                format_size(copy.amount.bytes),
                count_noun(copy.amount.files, "file"),
                neutralize(&copy.sources.join(" "))
            );
            self.print_paragraph(out, "  ", &text)?;
        }
        for junk in &context.junk {
            let place = if junk.ships { "" } else { ", only in a build stage" };
            let text = format!(
                "{} {} ({}){place}",
                neutralize(&junk.path),
                format_size(junk.amount.bytes),
                junk.why
            );
            self.print_paragraph(out, "  unused: ", &text)?;
        }
        let Some(proposal) = context.proposal.as_ref().filter(|proposal| proposal.leaves_out.files > 0)
        else {
            return Ok(());
        };
        let amount = proposal.leaves_out;
        let text = format!(
            "Proposed `.dockerignore`, which excludes {} in {}:",
            format_size(amount.bytes),
            count_noun(amount.files, "file")
        );
        self.print_paragraph(out, "  ", &text)?;
        proposal.lines.iter().try_for_each(|line| writeln!(out, "    {}", neutralize(line)))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_parenthesis() {
        assert_eq!(fit_change_to_width("a file (abcdefgh)", 15), "a file (abcd…) ");
        assert_eq!(fit_change_to_width("a file (a)", 12), "a file (a)  ");
        assert_eq!(fit_change_to_width("another file", 9), "another …");
    }
}
