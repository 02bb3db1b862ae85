//! `markdown`: for a comment on a change or the summary of a job.

use std::io::{self, Write};

use super::Costs;
use super::figures::{bytes, change, change_of, classes, flags, is_void, mark, number, rebuild};
use crate::optimize::Scenario;
use crate::plan::{Figures, Plan, Rewrite};
use crate::report::inert;

/// Points that are spelled out.
const SHOWN_POINTS: usize = 8;

pub(super) fn write(out: &mut dyn Write, costs: &Costs) -> io::Result<()> {
    for (at, plan) in costs.plans.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        one(out, plan)?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let picture = &plan.picture;
    let totals = &picture.totals;
    writeln!(out, "## What {} costs\n", code(&picture.file))?;
    writeln!(
        out,
        "{} layers, which add {}; of it {} for nothing.\n",
        totals.layers,
        bytes(totals.adds),
        bytes(totals.waste)
    )?;
    if let Some(refused) = &picture.refused {
        writeln!(out, "**Line {} cannot be built:** {}\n", refused.line, plain(&refused.message))?;
    }
    for (at, point) in picture.points.iter().take(SHOWN_POINTS).enumerate() {
        let place = point.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let amount = if point.bytes.is_none() { String::new() } else { format!(" ({})", bytes(point.bytes)) };
        writeln!(out, "{}. {place}{}{amount}", at + 1, plain(&point.title))?;
        writeln!(out, "   → {}", plain(&point.advice))?;
    }
    levels(out, plan)?;
    rewrites(out, plan)?;
    writeln!(out, "\n| when this changes | these run again | from | cost |")?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    for scenario in &picture.scenarios {
        let line = scenario.breaks_at.and_then(|id| picture.steps.get(id)).map(|step| step.line);
        let (again, from, cost) = if is_void(scenario) {
            ("there is none".to_string(), String::new(), String::new())
        } else {
            let maybe = match scenario.maybe.len() {
                0 => String::new(),
                maybe => format!(", perhaps {maybe} more"),
            };
            let from = line.map(|line| format!("line {line}")).unwrap_or_default();
            (format!("{}{maybe}", scenario.again.len()), from, classes(&scenario.classes))
        };
        writeln!(out, "| {} | {again} | {from} | {cost} |", cell(&change(scenario)))?;
    }
    writeln!(out, "\n| line | step | adds | S | D | B | A | cost |")?;
    writeln!(out, "| ---: | --- | ---: | --- | --- | --- | --- | --- |")?;
    for step in picture.steps.iter().filter(|step| step.built && step.label.is_some()) {
        let text: String = step.text.chars().take(100).collect();
        let text = if text.len() < step.text.len() { text + "…" } else { text };
        let again = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
        let marks: Vec<&str> = again.into_iter().map(|scenario| mark(step.again.get(scenario))).collect();
        let cost = step
            .seconds
            .map_or_else(|| step.cost.name().to_string(), |seconds| format!("{} s", number(seconds)));
        writeln!(
            out,
            "| {} | {} | {} | {} | {cost} |",
            step.line,
            code(&text),
            bytes(step.adds),
            marks.join(" | ")
        )?;
    }
    writeln!(
        out,
        "\nS a source file, D a dependency manifest, B the base image, A a build argument; ● runs again, ? perhaps."
    )
}

/// The file as it is, and a row for each level that makes more than the one before it.
fn levels(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if plan.after.iter().all(|after| after.diff.is_empty()) {
        return Ok(());
    }
    writeln!(
        out,
        "\n| | layers | waste | after a source edit | after a change of dependencies | from nothing |"
    )?;
    writeln!(out, "| --- | ---: | ---: | --- | --- | --- |")?;
    let mut row = |name: &str, figures: &Figures| {
        let (source, manifest, cold) =
            (rebuild(&figures.source), rebuild(&figures.manifest), rebuild(&figures.cold));
        let waste = bytes(figures.waste);
        writeln!(out, "| {name} | {} | {waste} | {source} | {manifest} | {cold} |", figures.layers)
    };
    row("now", &plan.before)?;
    let mut last = "";
    for after in plan.after.iter().filter(|after| !after.diff.is_empty()) {
        if after.diff != last {
            row(&format!("`{}` ({})", flags(after.level), after.made.len()), &after.figures)?;
        }
        last = &after.diff;
    }
    Ok(())
}

fn rewrites(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if !plan.rewrites.is_empty() {
        writeln!(out)?;
    }
    for rewrite in &plan.rewrites {
        let Rewrite { code, line, message, .. } = rewrite;
        let change = rewrite.change.as_ref().map(change_of).filter(|change| !change.is_empty());
        let change = change.map(|change| format!(" ({change})")).unwrap_or_default();
        match (rewrite.class, &rewrite.title) {
            (Some(class), Some(title)) => {
                writeln!(out, "- line {line}, {code}, {}: {}{change}", class.as_str(), plain(title))?;
            }
            _ => writeln!(out, "- line {line}, {code}: {}", plain(message))?,
        }
        for condition in &rewrite.proof {
            writeln!(out, "  - proved: {}", plain(condition))?;
        }
        for reason in &rewrite.refused {
            writeln!(out, "  - not fixed: {}", plain(reason))?;
        }
    }
    Ok(())
}

/// As code in a table: no backtick ends it, no bar ends the cell.
fn code(text: &str) -> String {
    format!("`{}`", inert(text).replace('`', "'").replace('|', "\\|"))
}

/// Text with code in backticks; what HTML or Markdown would take for its own is escaped outside of them.
fn plain(text: &str) -> String {
    let text = inert(text);
    let parts = text.split('`').enumerate().map(
        |(at, part)| {
            if at % 2 == 1 { format!("`{part}`") } else { cell(part) }
        },
    );
    parts.collect()
}

fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in inert(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '*' | '_' | '[' | ']' | '#' | '!' | '~' | '@' | '`' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
