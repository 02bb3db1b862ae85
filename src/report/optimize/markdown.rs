//! `markdown`: for a pull request comment or a job summary: a summary line, the problems and the effect of fixes; the rest
//! is folded.

use std::io::{self, Write};

use super::values::{
    DurationFormat, describe_change, fix_label, is_impossible_scenario, key_of_impossible_changes,
    no_problems_sentence, options_of_level, rebuild_columns, rebuild_symbol, size_after_noun, size_in_prose,
    size_in_table, wasted_part,
};
use super::write_to_string;
use crate::facts::count_noun;
use crate::facts::format_size;
use crate::optimize::Scenario;
use crate::plan::{FilePlan, FixClass, Metrics, PlannedProblem};
use crate::report::neutralize;

/// Maximum number of problems that are not folded.
const SHOWN: usize = 6;

pub(super) fn render(plan: &FilePlan) -> String {
    write_to_string(|out| write_plan(out, plan))
}

fn write_plan(out: &mut dyn Write, plan: &FilePlan) -> io::Result<()> {
    let report = &plan.report;
    let clock = DurationFormat::format_for_report(report);
    writeln!(out, "### Cost of {}\n", format_code(&report.file))?;
    let before = &plan.before;
    let wasted = match wasted_part(before.wasted) {
        None => "no wasted space found".to_string(),
        Some(part) => format!("{part} is wasted"),
    };
    let layers = match before.layers {
        0 => "no layers are added".to_string(),
        1 => format!("1 layer adds {}", size_in_prose(before.added)),
        number => format!("{number} layers add {}", size_in_prose(before.added)),
    };
    write!(out, "Image {}; {layers}; {wasted}.", size_after_noun(before.image))?;
    if before.source.happens && before.source.seconds.most >= 0.5 {
        write!(out, " 100 source changes cost {} of rebuilds", clock.format_duration(plan.changes.now))?;
        if plan.changes.fixed < plan.changes.now * 0.95 {
            write!(out, "; {} with fixes", clock.format_duration(plan.changes.fixed))?;
        }
        write!(out, ".")?;
    }
    writeln!(out, "\n")?;
    if let Some(refused) = &report.refused {
        writeln!(out, "**The build fails on line {}:** {}\n", refused.line, format_prose(&refused.message))?;
    }
    write_problems(out, plan, clock)?;
    write_effects(out, plan, clock)?;
    write_suggestions(out, plan)?;
    write_ignore_file_advice(out, plan)?;
    write_steps(out, plan, clock)
}

fn write_problems(out: &mut dyn Write, plan: &FilePlan, clock: DurationFormat) -> io::Result<()> {
    if plan.ranking.is_empty() {
        return writeln!(out, "{}\n", no_problems_sentence(plan));
    }
    let head = "| line | problem | saves | fix | code |\n| ---: | --- | ---: | --- | --- |";
    writeln!(out, "{head}")?;
    for (at, row) in plan.ranking.iter().enumerate() {
        if at == SHOWN {
            let more = plan.ranking.len() - SHOWN;
            writeln!(out, "\n<details><summary>{}</summary>\n\n{head}", count_noun(more, "more problem"))?;
        }
        let lines: Vec<String> = row.lines.iter().map(ToString::to_string).collect();
        let fix = match row.class {
            Some(FixClass::Suggestion) | None => fix_label(row.class).to_string(),
            _ => format!("`{}`", fix_label(row.class)),
        };
        writeln!(
            out,
            "| {} | {} | {} | {fix} | {} |",
            lines.join(", "),
            format_prose(&row.message),
            clock.describe_savings(&row.saves),
            row.code
        )?;
    }
    if plan.ranking.len() > SHOWN {
        writeln!(out, "\n</details>")?;
    }
    writeln!(out)
}

/// The file as it is, and a row for each level that changes a metric.
fn write_effects(out: &mut dyn Write, plan: &FilePlan, clock: DurationFormat) -> io::Result<()> {
    let figures: Vec<&Metrics> =
        std::iter::once(&plan.before).chain(plan.after.iter().map(|after| &after.figures)).collect();
    let columns = rebuild_columns(&figures);
    let cells = |figures: &Metrics| {
        let mut cells = vec![size_in_table(figures.image), size_in_table(figures.wasted)];
        cells.extend(columns.iter().map(|column| clock.describe_rebuild((column.of)(figures))));
        cells.join(" | ")
    };
    let mut rows = vec![("now".to_string(), cells(&plan.before))];
    for after in plan.after.iter().filter(|after| !after.diff.is_empty()) {
        let row = cells(&after.figures);
        if rows.last().is_none_or(|(_, last)| *last != row) {
            rows.push((format!("`{}` ({})", options_of_level(after.level), after.made.len()), row));
        }
    }
    if rows.len() == 1 {
        return Ok(());
    }
    let heads: Vec<&str> = columns.iter().map(|column| column.title).collect();
    writeln!(out, "| effect of fixes | image | wasted | {} |", heads.join(" | "))?;
    writeln!(out, "| --- | ---: | ---: |{}", " ---: |".repeat(heads.len()))?;
    for (name, row) in rows {
        writeln!(out, "| {name} | {row} |")?;
    }
    if let Some(key) = key_of_impossible_changes(&columns, &figures) {
        writeln!(out, "\n{key}")?;
    }
    writeln!(out)
}

/// Changes that no command applies, folded.
fn write_suggestions(out: &mut dyn Write, plan: &FilePlan) -> io::Result<()> {
    let is_shown =
        |problem: &&PlannedProblem| problem.class == Some(FixClass::Suggestion) && !problem.diff.is_empty();
    let all: Vec<&PlannedProblem> = plan.problems.iter().filter(is_shown).collect();
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details><summary>{}</summary>\n", count_noun(all.len(), "suggestion"))?;
    for problem in all {
        let title = problem.title.as_deref().unwrap_or_default();
        writeln!(out, "Line {}, {}: {}\n", problem.line, problem.code, format_prose(title))?;
        if let Some(missing) = &problem.missing {
            writeln!(out, "Risk: {}\n", format_prose(missing))?;
        }
        // A line of the diff cannot end the block, because each begins with a marker.
        writeln!(out, "```diff")?;
        problem.diff.lines().skip(2).try_for_each(|line| writeln!(out, "{}", neutralize(line)))?;
        writeln!(out, "```\n")?;
    }
    writeln!(out, "</details>\n")
}

fn write_ignore_file_advice(out: &mut dyn Write, plan: &FilePlan) -> io::Result<()> {
    let Some(context) = &plan.report.context else { return Ok(()) };
    let Some(proposal) = context.proposal.as_ref().filter(|proposal| proposal.leaves_out.files > 0) else {
        return Ok(());
    };
    writeln!(
        out,
        "<details><summary>Proposed <code>.dockerignore</code>: excludes {} of {}</summary>\n\n```gitignore",
        format_size(proposal.leaves_out.bytes),
        format_size(context.total.bytes)
    )?;
    proposal.lines.iter().try_for_each(|line| writeln!(out, "{}", neutralize(line)))?;
    writeln!(out, "```\n\n</details>\n")
}

fn write_steps(out: &mut dyn Write, plan: &FilePlan, clock: DurationFormat) -> io::Result<()> {
    let report = &plan.report;
    writeln!(out, "<details><summary>Steps</summary>\n")?;
    writeln!(out, "| change | rebuilds | from | time |\n| --- | --- | --- | ---: |")?;
    for one in report
        .scenarios
        .iter()
        .filter(|one| one.scenario != Scenario::Nothing && !is_impossible_scenario(one))
    {
        if one.again.is_empty() && one.maybe.is_empty() {
            writeln!(out, "| {} | nothing | – | – |", format_cell(&describe_change(one)))?;
            continue;
        }
        let line = one.breaks_at.and_then(|id| report.steps.get(id)).map(|step| step.line);
        let maybe = match one.maybe.len() {
            0 => String::new(),
            maybe => format!(", maybe {maybe} more"),
        };
        let from = line.map(|line| format!("line {line}")).unwrap_or_default();
        let steps = count_noun(one.again.len(), "step");
        let time = clock.format_duration(one.seconds.most);
        writeln!(out, "| {} | {steps}{maybe} | {from} | {time} |", format_cell(&describe_change(one)))?;
    }
    if !report.steps.iter().any(|step| step.built && step.label.is_some()) {
        return writeln!(out, "\nNo steps; only the base image is used.\n\n</details>");
    }
    writeln!(out, "\n| line | step | adds | S | D | B | A | time |")?;
    writeln!(out, "| ---: | --- | ---: | --- | --- | --- | --- | ---: |")?;
    for step in report.steps.iter().filter(|step| step.built && step.label.is_some()) {
        let text: String = step.text.chars().take(100).collect();
        let text = if text.len() < step.text.len() { text + "…" } else { text };
        let again = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
        let marks: Vec<&str> = again
            .into_iter()
            .map(|scenario| rebuild_symbol(step.again.rebuilt_in_scenario(scenario)))
            .collect();
        let time = if step.time < 0.5 { String::new() } else { clock.format_duration(step.time) };
        let adds = size_in_table(step.adds);
        writeln!(
            out,
            "| {} | {} | {adds} | {} | {time} |",
            step.line,
            format_code(&text),
            marks.join(" | ")
        )?;
    }
    writeln!(
        out,
        "\n● rebuilt, ? maybe, after: S a source change, D a dependency change, B a new base image, A a new build argument.\n\n</details>"
    )
}

/// Formats text as inline code.
pub(super) fn format_code(text: &str) -> String {
    format!("`{}`", neutralize(text).replace('`', "'").replace('|', "\\|"))
}

/// Text with code in backticks; special characters of HTML and Markdown are escaped.
pub(super) fn format_prose(text: &str) -> String {
    let text = neutralize(text);
    let parts = text
        .split('`')
        .enumerate()
        .map(|(at, part)| if at % 2 == 1 { format_code(part) } else { format_cell(part) });
    parts.collect()
}

/// Escapes plain text for a table cell.
pub(super) fn format_cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in neutralize(text).chars() {
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
