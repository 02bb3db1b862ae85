//! `markdown`: for a comment on a change or the summary of a job.

use std::io::{self, Write};

use super::Costs;
use super::figures::{bytes, change, classes, is_void, mark, number};
use crate::optimize::{Picture, Scenario};
use crate::report::inert;

/// Points that are spelled out.
const SHOWN_POINTS: usize = 8;

pub(super) fn write(out: &mut dyn Write, costs: &Costs) -> io::Result<()> {
    for (at, picture) in costs.pictures.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        one(out, picture)?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, picture: &Picture) -> io::Result<()> {
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
