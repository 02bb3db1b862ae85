//! `--since`: the effect of a change on each Dockerfile. The Markdown fits into a pull request comment.

use std::cmp::Ordering;
use std::io::{self, Write};

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::OptimizeFormat;
use super::markdown::{format_cell, format_code, format_prose};
use super::values::{DurationFormat, size_in_table};
use crate::facts::format_size;
use crate::optimize::Bytes;
use crate::plan::{Metrics, PlanComparison, PlannedProblem, RebuildCost};
use crate::report::json::{ReportTool, TOOL};
use crate::report::{json_text, neutralize};

/// What `optimize --since REF --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Comparison")]
struct SinceDocument<'a> {
    /// Version of this schema. New keys do not change it.
    #[schemars(range(min = 2, max = 2))]
    version: u32,
    tool: ReportTool,
    /// The commit, branch or tag that the files are compared with.
    since: &'a str,
    files: &'a [PlanComparison],
}

/// The JSON schema of what is written.
#[must_use]
pub fn comparison_schema() -> Schema {
    schemars::schema_for!(SinceDocument<'_>)
}

pub(super) fn write(
    out: &mut dyn Write,
    format: OptimizeFormat,
    all: &[PlanComparison],
    since: &str,
) -> io::Result<()> {
    match format {
        OptimizeFormat::Json => {
            json_text::write_json_text(out, &SinceDocument { version: 2, tool: TOOL, since, files: all })?;
            writeln!(out)
        }
        OptimizeFormat::Markdown => write_markdown(out, all, since),
        OptimizeFormat::Text | OptimizeFormat::Html => write_text(out, all),
    }
}

/// A metric before and after, and whether it differs.
struct MetricLine {
    name: &'static str,
    before: String,
    after: String,
    difference: String,
}

fn metric_lines(one: &PlanComparison) -> Vec<MetricLine> {
    let clock = DurationFormat::new(one.is_measured);
    let bytes = |name, of: fn(&Metrics) -> Bytes| {
        let before = one.before.as_ref().map(of);
        let difference = before
            .map_or_else(String::new, |before| describe_difference(before, of(&one.after), MORE_OR_LESS));
        MetricLine {
            name,
            before: before.map_or("–".to_string(), size_in_table),
            after: size_in_table(of(&one.after)),
            difference,
        }
    };
    let rebuild = |name, of: fn(&Metrics) -> &RebuildCost| {
        let before = one.before.as_ref().map(of);
        let after = of(&one.after);
        let change = before.map_or(0.0, |before| after.seconds.most - before.seconds.most);
        let difference = if change.abs() < 0.5 {
            String::new()
        } else {
            format!("{} {}", clock.format_duration(change.abs()), if change < 0.0 { "less" } else { "more" })
        };
        MetricLine {
            name,
            before: before.map_or("–".to_string(), |before| clock.describe_rebuild(before)),
            after: clock.describe_rebuild(after),
            difference,
        }
    };
    let count = |figures: &Metrics| figures.layers.to_string();
    let more = one.before.as_ref().map_or(0, |before| {
        i64::try_from(one.after.layers).unwrap_or_default() - i64::try_from(before.layers).unwrap_or_default()
    });
    vec![
        bytes("Image", |figures| figures.image),
        bytes("Wasted", |figures| figures.wasted),
        MetricLine {
            name: "Layers",
            before: one.before.as_ref().map_or("–".to_string(), count),
            after: count(&one.after),
            difference: match more {
                0 => String::new(),
                1.. => format!("{more} more"),
                _ => format!("{} fewer", more.unsigned_abs()),
            },
        },
        rebuild("Rebuild after a source change", |figures| &figures.source),
        rebuild("Rebuild after a dependency change", |figures| &figures.dependency),
        rebuild("Full build", |figures| &figures.full_build),
    ]
}

const MORE_OR_LESS: [&str; 2] = ["more", "less"];

/// `60.0 MB more`, with the given words; empty if there is no difference. `~` marks estimates, `≥` an unknown part.
fn describe_difference(before: Bytes, after: Bytes, [more, less]: [&str; 2]) -> String {
    let is_estimate = (before.measured, before.estimated) != (after.measured, after.estimated);
    let mark = if is_estimate { "~" } else { "" };
    let (old, new) = (before.known_total(), after.known_total());
    let (word, is_least) = match (new.cmp(&old), after.unknown.cmp(&before.unknown)) {
        (Ordering::Equal, Ordering::Equal) => return String::new(),
        (Ordering::Equal, _) | (Ordering::Greater, Ordering::Less) | (Ordering::Less, Ordering::Greater) => {
            return "difference unknown".to_string();
        }
        (Ordering::Greater, unknown) => (more, unknown == Ordering::Greater),
        (Ordering::Less, unknown) => (less, unknown == Ordering::Less),
    };
    format!("{}{} {word}", if is_least { "≥ " } else { mark }, format_size(old.abs_diff(new)))
}

fn write_text(out: &mut dyn Write, all: &[PlanComparison]) -> io::Result<()> {
    for (at, one) in all.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", neutralize(&one.file))?;
        for MetricLine { name, before, after, difference } in metric_lines(one) {
            let line = format!("  {name:<34} {before:>12} → {after:<12} {difference}");
            writeln!(out, "{}", line.trim_end())?;
        }
        let clock = DurationFormat::new(one.is_measured);
        for (title, problems) in [("New problems", &one.new), ("Problems no longer reported", &one.resolved)]
        {
            if problems.is_empty() {
                continue;
            }
            writeln!(out, "  {title}")?;
            for problem in problems {
                let saves = match clock.describe_savings(&problem.saves) {
                    saves if saves.is_empty() => saves,
                    saves => format!(" (saves: {saves})"),
                };
                let message = neutralize(&problem.message);
                writeln!(out, "    line {:<5} {} {message}{saves}", problem.line, problem.code)?;
            }
        }
    }
    Ok(())
}

fn write_markdown(out: &mut dyn Write, all: &[PlanComparison], since: &str) -> io::Result<()> {
    writeln!(out, "### Dockerfile costs since {}\n", format_code(since))?;
    if all.is_empty() {
        return writeln!(out, "No Dockerfile is affected.");
    }
    for one in all {
        writeln!(out, "{}\n", comparison_summary_line(one))?;
        writeln!(out, "| {} | before | after | |", format_cell(&one.file))?;
        writeln!(out, "| --- | ---: | ---: | ---: |")?;
        for MetricLine { name, before, after, difference } in metric_lines(one) {
            writeln!(out, "| {name} | {before} | {after} | {difference} |")?;
        }
        writeln!(out)?;
        write_problems(out, "New problems", &one.new, one)?;
        write_problems(out, "Problems no longer reported", &one.resolved, one)?;
    }
    Ok(())
}

/// `**Dockerfile**: image 60.0 MB larger (1.31 GB), 1 new problem, 2 resolved`.
fn comparison_summary_line(one: &PlanComparison) -> String {
    let mut parts = Vec::new();
    if let Some(before) = &one.before {
        let image = describe_difference(before.image, one.after.image, ["larger", "smaller"]);
        let change = if image.is_empty() { "unchanged".to_string() } else { image };
        parts.push(format!("image {change} ({})", size_in_table(one.after.image)));
    } else {
        parts.push(format!("new, image {}", size_in_table(one.after.image)));
    }
    match one.new.len() {
        0 => {}
        1 => parts.push("1 new problem".to_string()),
        number => parts.push(format!("{number} new problems")),
    }
    match one.resolved.len() {
        0 => {}
        number => parts.push(format!("{number} resolved")),
    }
    format!("**{}**: {}", format_prose(&one.file), parts.join(", "))
}

fn write_problems(
    out: &mut dyn Write,
    title: &str,
    all: &[PlannedProblem],
    one: &PlanComparison,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let clock = DurationFormat::new(one.is_measured);
    writeln!(out, "<details><summary>{title} ({})</summary>\n", all.len())?;
    writeln!(out, "| line | problem | saves | code |")?;
    writeln!(out, "| ---: | --- | ---: | --- |")?;
    for problem in all {
        let saves = clock.describe_savings(&problem.saves);
        writeln!(
            out,
            "| {} | {} | {saves} | {} |",
            problem.line,
            format_prose(&problem.message),
            problem.code
        )?;
    }
    writeln!(out, "\n</details>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_words() {
        let bytes = |known, measured, unknown| Bytes { known, measured, estimated: 0, unknown };
        for (before, after, expected) in [
            (bytes(1_000, 5_000, 1), bytes(1_000, 5_000, 1), ""),
            (bytes(1_000, 5_000, 1), bytes(3_000, 5_000, 1), "2.0 kB more"),
            (bytes(3_000, 5_000, 0), bytes(1_000, 5_000, 0), "2.0 kB less"),
            (bytes(0, 5_000, 0), bytes(0, 7_000, 0), "~2.0 kB more"),
            (bytes(0, 5_000, 0), bytes(0, 7_000, 1), "≥ 2.0 kB more"),
            (bytes(0, 7_000, 1), bytes(0, 5_000, 0), "≥ 2.0 kB less"),
            (bytes(0, 7_000, 0), bytes(0, 5_000, 1), "difference unknown"),
            (bytes(0, 7_000, 0), bytes(0, 7_000, 1), "difference unknown"),
        ] {
            assert_eq!(describe_difference(before, after, MORE_OR_LESS), expected, "{before:?} {after:?}");
        }
    }
}
