//! `--steps`: what each step adds and which changes rebuild it, the wasted space and the build context.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::Page;
use super::layout::fit;
use crate::optimize::{Picture, Runs, Scenario, Step};
use crate::plan::Plan;
use crate::report::inert;
use crate::report::optimize::figures::{Clock, change, in_table, is_void, lines, mark, size};
use crate::report::summary::count;

impl Page {
    pub(super) fn steps(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        for line in self.head(plan) {
            writeln!(out, "{line}")?;
        }
        let picture = &plan.picture;
        let clock = Clock::of(picture);
        self.table(out, picture, clock)?;
        self.scenarios(out, picture, clock)?;
        self.wasted(out, picture)?;
        self.context(out, picture)?;
        self.title(out, "Assumptions")?;
        picture.assumptions.iter().try_for_each(|one| self.paragraph(out, "  - ", &inert(one)))
    }

    fn table(self, out: &mut dyn Write, picture: &Picture, clock: Clock) -> io::Result<()> {
        self.title(out, "Steps")?;
        let text = self.style.width - 48;
        writeln!(out, "  line {}adds           S D B A  time", fit("step", text))?;
        let mut stage = None;
        for step in picture.steps.iter().filter(|step| step.built && step.label.is_some()) {
            if picture.stages.len() > 1 && stage != Some(step.stage) {
                stage = Some(step.stage);
                if let Some(entry) = picture.stages.get(step.stage) {
                    let name =
                        entry.name.as_deref().map(|name| format!(" `{}`", inert(name))).unwrap_or_default();
                    let place = if entry.ships { "in the image" } else { "not in the image" };
                    let text =
                        format!("       stage {}{name} on {}, {place}", entry.index + 1, inert(&entry.from));
                    writeln!(out, "{}", fit(&text, self.style.width).trim_end())?;
                }
            }
            self.step(out, step, clock, text)?;
        }
        self.paragraph(
            out,
            "  ",
            "● rebuilt, ? perhaps, after: S a source change, D a dependency change, B a new base image, A a new build argument",
        )
    }

    fn step(self, out: &mut dyn Write, step: &Step, clock: Clock, width: usize) -> io::Result<()> {
        let changes = step.own.source == Runs::Yes;
        let style = self.styled(if changes { AnsiColor::Yellow.on_default() } else { Style::new() });
        let again = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
        let marks: Vec<&str> = again.into_iter().map(|scenario| mark(step.again.get(scenario))).collect();
        let time = if step.time < 0.5 { String::new() } else { clock.duration(step.time) };
        writeln!(
            out,
            "  {:>4} {style}{}{style:#} {} {}  {time}",
            step.line,
            fit(&inert(&step.text), width - 1),
            fit(&in_table(step.adds), 14),
            marks.join(" ")
        )
    }

    fn scenarios(self, out: &mut dyn Write, picture: &Picture, clock: Clock) -> io::Result<()> {
        self.title(out, "What a change rebuilds")?;
        for one in picture.scenarios.iter().filter(|one| one.scenario != Scenario::Nothing) {
            let result = if is_void(one) {
                "does not happen".to_string()
            } else if one.again.is_empty() && one.maybe.is_empty() {
                "nothing".to_string()
            } else {
                let line = one.breaks_at.and_then(|id| picture.steps.get(id)).map_or(0, |step| step.line);
                let maybe = match one.maybe.len() {
                    0 => String::new(),
                    maybe => format!(", perhaps {maybe} more"),
                };
                let steps = count(one.again.len(), "step");
                format!("{steps}{maybe}, from line {line}, {}", clock.duration(one.seconds.most))
            };
            self.paragraph(out, &format!("  {} ", fit(&inert(&change(one)), 40)), &result)?;
        }
        Ok(())
    }

    fn wasted(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        if picture.waste.is_empty() {
            return Ok(());
        }
        self.title(out, "Wasted space")?;
        for one in &picture.totals.by_cause {
            let at: Vec<u32> = picture
                .waste
                .iter()
                .filter(|waste| waste.cause == one.cause)
                .map(|waste| waste.line)
                .collect();
            let text = format!("{} ({})", one.cause.title(), lines(&at));
            self.paragraph(out, &format!("  {} ", fit(&in_table(one.bytes), 14)), &text)?;
        }
        Ok(())
    }

    fn context(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        let Some(context) = &picture.context else { return Ok(()) };
        self.title(out, "Build context")?;
        let ignored = match &context.ignore_file {
            Some(file) => format!("{} excludes {}", inert(file), size(context.left_out.bytes)),
            None => "no .dockerignore".to_string(),
        };
        let line = format!(
            "{}: {} in {}; {ignored}",
            inert(&context.folder),
            size(context.total.bytes),
            count(context.total.files, "file")
        );
        self.paragraph(out, "  ", &line)?;
        for folder in &context.folders {
            let files = count(folder.amount.files, "file");
            let path = inert(&folder.path).into_owned();
            let path = fit(&path, self.style.width - 30 - files.width().saturating_sub(12));
            writeln!(out, "  {:>10}  {files:>12}  {}", size(folder.amount.bytes), path.trim_end())?;
        }
        for copy in &context.copies {
            let text = format!(
                "line {} copies {} in {} ({})",
                copy.line,
                size(copy.amount.bytes),
                count(copy.amount.files, "file"),
                inert(&copy.sources.join(" "))
            );
            self.paragraph(out, "  ", &text)?;
        }
        for junk in &context.junk {
            let place = if junk.ships { "" } else { ", only in a build stage" };
            let text = format!("{} {} ({}){place}", inert(&junk.path), size(junk.amount.bytes), junk.why);
            self.paragraph(out, "  unused: ", &text)?;
        }
        let Some(proposal) = context.proposal.as_ref().filter(|proposal| proposal.leaves_out.files > 0)
        else {
            return Ok(());
        };
        let amount = proposal.leaves_out;
        let text = format!(
            "a .dockerignore that excludes {} in {}:",
            size(amount.bytes),
            count(amount.files, "file")
        );
        self.paragraph(out, "  ", &text)?;
        proposal.lines.iter().try_for_each(|line| writeln!(out, "    {}", inert(line)))?;
        Ok(())
    }
}
