//! `html`: a standalone page without scripts, network requests or fonts. All text from a Dockerfile is escaped and
//! neutralized. The report comes first: the layers to scale, the wasted space, and what changes rebuild.

mod diff;
mod effects;
mod image;
mod layers;
mod parts;
mod problems;
mod stages;

use std::borrow::Cow;
use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::values::{DurationFormat, image_sentence, size_in_prose};
use super::{RenderedFileReport, SkippedFile};
use crate::plan::FilePlan;
use crate::report::neutralize;

const STYLE: &str = include_str!("page.css");

pub(super) fn write(
    out: &mut dyn Write,
    files: &[RenderedFileReport],
    skipped: &[SkippedFile],
) -> io::Result<()> {
    let title = match files {
        [one] => format!("Cost of {}", neutralize(&one.name)),
        all => format!("Cost of {} Dockerfiles", all.len()),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @if files.len() > 1 { nav { ol { @for file in files { (PreEscaped(&file.listed)) } } } }
                    @for file in files { (PreEscaped(&file.text)) }
                    @for skipped in skipped {
                        p { code { (neutralize(&skipped.file)) } ": " (neutralize(&skipped.why)) }
                    }
                }
            }
        }
    };
    out.write_all(page.into_string().as_bytes())?;
    writeln!(out)
}

/// A link to the report of a file, as an element of a list, and the report.
pub(super) fn render(plan: &FilePlan, at: usize) -> (String, String) {
    let link = html! {
        li {
            a href=(format!("#file-{at}")) { (neutralize(&plan.report.file)) }
            span.dim { " " (size_in_prose(plan.before.image)) ", " (plan.problems.len()) " problems" }
        }
    };
    (link.into_string(), render_plan(plan, at).into_string())
}

fn render_plan(plan: &FilePlan, at: usize) -> Markup {
    let report = &plan.report;
    html! {
        article id=(format!("file-{at}")) {
            h1 { code { (neutralize(&report.file)) } }
            (opening_sentences(plan))
            @if let Some(refused) = &report.refused {
                p.refused { "The build fails on line " (refused.line) ": " (parts::code_spans(&refused.message)) }
            }
            h2 { "Image" }
            (image::draw_image_bar(plan))
            (layers::draw_layer_stack(report))
            h2 { "Rebuilds" }
            (effects::draw_rebuild_bars(plan))
            h2 { "Problems" }
            (problems::problem_list(plan))
            @if plan.after.iter().any(|after| !after.diff.is_empty()) {
                h2 { "Effect of fixes" }
                (effects::effect_table(plan))
            }
            @if report.stages.len() > 1 {
                h2 { "Stages" }
                (stages::stage_graph(report))
            }
            h2 { "Details" }
            details { summary { "Steps" } (parts::step_table(report)) }
            @if !report.waste.is_empty() { details { summary { "Wasted space" } (parts::waste_table(report)) } }
            @if report.context.is_some() { details { summary { "Build context" } (parts::context_section(report)) } }
            details { summary { "What a change rebuilds" } (parts::scenario_table(report)) }
            details {
                summary { "Assumptions" }
                ul { @for one in &report.assumptions { li { (parts::code_spans(one)) } } }
            }
        }
    }
}

/// The size of the image and the cost of source changes, in two sentences.
fn opening_sentences(plan: &FilePlan) -> Markup {
    let (report, before) = (&plan.report, &plan.before);
    let clock = DurationFormat::format_for_report(report);
    html! {
        p.lead {
            @if let Some(base) = report.base.as_ref().filter(|base| !base.reference.is_empty()) {
                "Base image: " code { (neutralize(&base.reference)) } ". "
            }
            (image_sentence(plan)) " "
            @if before.source.happens && before.source.seconds.most >= 0.5 {
                "100 source changes cost " b { (clock.format_duration(plan.changes.now)) } " of rebuilds"
                @if plan.changes.fixed < plan.changes.now * 0.95 {
                    "; " (clock.format_duration(plan.changes.fixed)) " with fixes"
                }
                "."
            }
        }
    }
}

/// The beginning of a text, of at most `most` characters.
fn truncate_text(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().count() <= most {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().take(most.saturating_sub(1)).chain(['…']).collect())
}
