//! `text`: for a terminal of 80 columns, what matters most first.

mod explain;
mod layout;
mod levels;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use layout::{WIDTH, fit, paragraph, wrap};

use super::Costs;
use super::figures::{bytes, change, classes, is_void, mark, number, range, size};
use crate::optimize::{Picture, Point, Scenario, Step};
use crate::plan::Plan;
use crate::report::inert;

/// Points that are spelled out; the rest is only counted.
const SHOWN_POINTS: usize = 8;

pub(super) fn write(out: &mut dyn Write, costs: &Costs, color: bool) -> io::Result<()> {
    let page = Page { color };
    for (at, plan) in costs.plans.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        page.plan(out, plan)?;
    }
    Ok(())
}

/// What proves each rewrite, or why it is not made.
pub(super) fn explain(out: &mut dyn Write, costs: &Costs, color: bool) -> io::Result<()> {
    let page = Page { color };
    for (at, plan) in costs.plans.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        page.explain(out, plan)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Page {
    color: bool,
}

impl Page {
    fn plan(self, out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
        let picture = &plan.picture;
        let bold = self.style(Style::new().bold());
        writeln!(out, "{bold}{}{bold:#}", inert(&picture.file))?;
        head(out, picture)?;
        if let Some(refused) = &picture.refused {
            let red = self.style(AnsiColor::Red.on_default());
            let text = format!("line {} cannot be built; {}", refused.line, inert(&refused.message));
            for line in wrap(&text, WIDTH - 2) {
                writeln!(out, "  {red}{line}{red:#}")?;
            }
        }
        self.points(out, picture)?;
        self.levels(out, plan)?;
        self.rewrites(out, plan)?;
        self.scenarios(out, picture)?;
        self.steps(out, picture)?;
        self.waste(out, picture)?;
        self.context(out, picture)?;
        self.title(out, "Taken for granted")?;
        for one in &picture.assumptions {
            paragraph(out, "  - ", &inert(one))?;
        }
        Ok(())
    }

    fn points(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        self.title(out, "Look at this first")?;
        if picture.points.is_empty() {
            return writeln!(out, "  nothing that this can see");
        }
        for (at, point) in picture.points.iter().take(SHOWN_POINTS).enumerate() {
            self.point(out, at + 1, point)?;
        }
        match picture.points.len().saturating_sub(SHOWN_POINTS) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more; `--format json` has them all"),
        }
    }

    fn point(self, out: &mut dyn Write, number: usize, point: &Point) -> io::Result<()> {
        let bold = self.style(Style::new().bold());
        let place = point.line.map(|line| format!("line {line}")).unwrap_or_default();
        let amount = if point.bytes.is_none() { String::new() } else { format!(" [{}]", bytes(point.bytes)) };
        let text = format!("{}{amount}", inert(&point.title));
        for (at, line) in wrap(&text, WIDTH - 16).into_iter().enumerate() {
            if at == 0 {
                writeln!(out, "{bold}{number:>3}. {place:<10}{bold:#} {line}")?;
            } else {
                writeln!(out, "{:16}{line}", "")?;
            }
        }
        for (at, line) in wrap(&inert(&point.advice), WIDTH - 19).into_iter().enumerate() {
            writeln!(out, "{:16}{} {line}", "", if at == 0 { "→" } else { " " })?;
        }
        Ok(())
    }

    fn scenarios(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        self.title(out, "What runs again when this changes")?;
        for one in &picture.scenarios {
            let what = if one.scenario == Scenario::Nothing {
                "nothing".to_string()
            } else {
                inert(&change(one)).into_owned()
            };
            let result = if is_void(one) {
                "there is none".to_string()
            } else if one.again.is_empty() && one.maybe.is_empty() {
                "nothing runs again".to_string()
            } else {
                let line = one.breaks_at.and_then(|id| picture.steps.get(id)).map_or(0, |step| step.line);
                let maybe = match one.maybe.len() {
                    0 => String::new(),
                    maybe => format!(", perhaps {maybe} more"),
                };
                let steps = if one.again.len() == 1 { "step" } else { "steps" };
                format!("{} {steps}{maybe}, from line {line} on; {}", one.again.len(), classes(&one.classes))
            };
            let what = fit(&what, 34);
            for (at, line) in wrap(&result, WIDTH - 37).into_iter().enumerate() {
                if at == 0 {
                    writeln!(out, "  {what} {line}")?;
                } else {
                    writeln!(out, "{:37}{line}", "")?;
                }
            }
        }
        let totals = &picture.totals;
        let line = format!(
            "score {} (a build from nothing {}); less is better",
            range(totals.score),
            number(totals.cold)
        );
        paragraph(out, "  ", &line)
    }

    fn steps(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        self.title(out, "Step by step")?;
        writeln!(out, "  line step                                           adds       S D B A  cost")?;
        let mut stage = None;
        for step in picture.steps.iter().filter(|step| step.built && step.label.is_some()) {
            if picture.stages.len() > 1 && stage != Some(step.stage) {
                stage = Some(step.stage);
                if let Some(entry) = picture.stages.get(step.stage) {
                    let name = entry.name.clone().unwrap_or_else(|| entry.index.to_string());
                    let ships = if entry.ships { "ships" } else { "is left behind" };
                    let text = format!("       stage {} on {}, {ships}", inert(&name), inert(&entry.from));
                    writeln!(out, "{}", fit(&text, WIDTH).trim_end())?;
                }
            }
            self.step(out, step)?;
        }
        paragraph(
            out,
            "  ",
            "● runs again, ? perhaps; S a source file, D a dependency manifest, B the base image, A a build argument",
        )
    }

    fn step(self, out: &mut dyn Write, step: &Step) -> io::Result<()> {
        let style = self.style(if step.own.source == crate::optimize::Runs::Yes {
            AnsiColor::Yellow.on_default()
        } else {
            Style::new()
        });
        let again = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
        let marks: Vec<&str> = again.into_iter().map(|scenario| mark(step.again.get(scenario))).collect();
        let cost = match step.seconds {
            Some(seconds) => format!("{} s", number(seconds)),
            None => step.cost.name().to_string(),
        };
        // A long size takes from the text.
        let adds = bytes(step.adds);
        let text = fit(&inert(&step.text), 56 - adds.width().clamp(12, 30));
        let gap = 12usize.saturating_sub(adds.width());
        writeln!(
            out,
            "  {:>4} {style}{text}{style:#} {:gap$}{adds}  {}  {cost}",
            step.line,
            "",
            marks.join(" ")
        )
    }

    fn waste(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        if picture.waste.is_empty() {
            return Ok(());
        }
        self.title(out, "What ships for nothing")?;
        for one in &picture.totals.by_cause {
            let lines: Vec<String> = picture
                .waste
                .iter()
                .filter(|waste| waste.cause == one.cause)
                .map(|waste| waste.line.to_string())
                .collect();
            let text = format!("{} {} (line {})", one.cause.code(), one.cause.title(), lines.join(", "));
            let amount = bytes(one.bytes);
            let width = WIDTH.saturating_sub(amount.width() + 5);
            let wrapped = wrap(&text, width.max(30));
            for (at, line) in wrapped.iter().enumerate() {
                if at == 0 {
                    writeln!(out, "  {} {amount}", fit(line, width.max(30)))?;
                } else {
                    writeln!(out, "     {line}")?;
                }
            }
        }
        Ok(())
    }

    fn context(self, out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
        let Some(context) = &picture.context else { return Ok(()) };
        self.title(out, "The build context")?;
        let ignored = match &context.ignore_file {
            Some(file) => format!("{} leaves out {}", inert(file), size(context.left_out.bytes)),
            None => "no .dockerignore".to_string(),
        };
        let line = format!(
            "{}: {} in {} files; {ignored}",
            inert(&context.folder),
            size(context.total.bytes),
            context.total.files
        );
        paragraph(out, "  ", &line)?;
        for folder in &context.folders {
            writeln!(
                out,
                "  {:>10}  {:>6} files  {}",
                size(folder.amount.bytes),
                folder.amount.files,
                fit(&inert(&folder.path), 50).trim_end()
            )?;
        }
        for copy in &context.copies {
            let text = format!(
                "line {} takes {} in {} files ({})",
                copy.line,
                size(copy.amount.bytes),
                copy.amount.files,
                inert(&copy.sources.join(" "))
            );
            paragraph(out, "  ", &text)?;
        }
        for junk in &context.junk {
            let ships = if junk.ships { "" } else { ", into a build stage only" };
            let text = format!("{} {} ({}){ships}", inert(&junk.path), size(junk.amount.bytes), junk.why);
            paragraph(out, "  unneeded: ", &text)?;
        }
        for secret in &context.secrets {
            paragraph(out, "  secret? ", &format!("{} (line {})", inert(&secret.path), secret.line))?;
        }
        let Some(proposal) = context.proposal.as_ref().filter(|proposal| proposal.leaves_out.files > 0)
        else {
            return Ok(());
        };
        let amount = proposal.leaves_out;
        let text =
            format!("a .dockerignore that leaves out {} in {} files:", size(amount.bytes), amount.files);
        paragraph(out, "  ", &text)?;
        for line in &proposal.lines {
            writeln!(out, "    {}", inert(line))?;
        }
        Ok(())
    }

    fn title(self, out: &mut dyn Write, title: &str) -> io::Result<()> {
        let style = self.style(Style::new().bold());
        writeln!(out, "\n{style}{title}{style:#}")
    }

    fn style(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }
}

/// Stages, layers, base image and sums.
fn head(out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
    let built = picture.stages.iter().filter(|stage| stage.built).count();
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut line = format!("{}, {}", count(built, "stage"), count(picture.totals.layers, "layer"));
    if let Some(base) = &picture.base {
        line += &format!(" on {}", inert(&base.reference));
        match &base.system {
            Some(system) => line += &format!(" ({})", inert(system)),
            None if !base.known => line += " (unknown image)",
            None => {}
        }
        if base.bytes.figure() > 0 {
            line += &format!(", {}", bytes(base.bytes));
        }
    }
    if picture.stages.len() > 1
        && let Some(target) = &picture.target
    {
        line += &format!(", target {}", inert(target));
    }
    paragraph(out, "  ", &line)?;
    let totals = &picture.totals;
    let line = format!("adds {}; of it waste {}", bytes(totals.adds), bytes(totals.waste));
    paragraph(out, "  ", &line)
}
