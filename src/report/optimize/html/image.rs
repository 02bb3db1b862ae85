//! The image to scale: a bar with the base image and each layer, as wide as it is large, wasted space hatched.

use maud::{Markup, html};

use super::truncate_text;
use crate::facts::{count_noun, format_size};
use crate::optimize::{Bytes, StepReport};
use crate::plan::FilePlan;
use crate::report::neutralize;
use crate::report::optimize::values::size_in_table;

/// The width of the drawing, in SVG units.
const WIDTH: u64 = 1000;
const HEIGHT: u64 = 56;
/// Maximum number of layers listed below the bar.
const LISTED: usize = 6;

/// A part of the bar.
struct ImageBarPart<'p> {
    bytes: u64,
    /// `None` for the base image.
    step: Option<&'p StepReport>,
    /// Its color class; neighbors have different colors.
    class: &'static str,
}

pub(super) fn draw_image_bar(plan: &FilePlan) -> Markup {
    let report = &plan.report;
    let base = report.base.as_ref().map_or(Bytes::NONE, |base| base.bytes);
    let mut parts = vec![ImageBarPart { bytes: base.known_total(), step: None, class: "base" }];
    let layers = report.steps.iter().filter(|step| step.ships && step.layer);
    let (large, rest): (Vec<&StepReport>, Vec<&StepReport>) =
        layers.partition(|step| step.adds.known_total() > 0);
    let colors = ["odd", "even"].into_iter().cycle();
    let drawn = large.into_iter().zip(colors);
    parts.extend(drawn.map(|(step, class)| ImageBarPart {
        bytes: step.adds.known_total(),
        step: Some(step),
        class,
    }));
    parts.extend(rest.into_iter().map(|step| ImageBarPart { bytes: 0, step: Some(step), class: "odd" }));
    let total: u64 = parts.iter().map(|part| part.bytes).sum();
    if total == 0 {
        return html! { p.dim { "No size is known." } };
    }
    let wasted = plan.before.wasted.known_total().min(total);
    let x = |bytes: u64| bytes.saturating_mul(WIDTH) / total;
    let mut starts = Vec::new();
    let mut at = 0;
    for part in &parts {
        starts.push(at);
        at += part.bytes;
    }
    let mut largest: Vec<&ImageBarPart<'_>> =
        parts.iter().filter(|part| part.step.is_some() && part.bytes > 0).collect();
    largest.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    html! {
        svg.image viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label="The image to scale" {
            defs {
                pattern id="wasted" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.waste width="4" height="8" {}
                }
            }
            @for (part, start) in parts.iter().zip(&starts) {
                @let width = x(start + part.bytes).saturating_sub(x(*start));
                @if width > 0 {
                    rect class=(part.class) x=(x(*start)) y="0" width=(width) height=(HEIGHT) {
                        title { (label_of_bar_part(plan, part)) ", " (format_size(part.bytes)) }
                    }
                }
            }
            @if wasted > 0 {
                rect x=(WIDTH.saturating_sub(x(wasted).max(2))) y=(HEIGHT / 2) width=(x(wasted).max(2)) height=(HEIGHT / 2) fill="url(#wasted)" {
                    title { "wasted, " (format_size(wasted)) }
                }
            }
        }
        ul.legend {
            @if base.known_total() > 0 {
                li { span.swatch.base {} "base image " b { (size_in_table(base)) } }
            }
            @for part in largest.iter().take(LISTED) {
                @if let Some(step) = part.step {
                    li {
                        span.swatch.(part.class) {}
                        "line " (step.line) " " code { (truncate_text(&neutralize(&step.text), 48)) } " " b { (size_in_table(step.adds)) }
                    }
                }
            }
            @if plan.before.wasted.known_total() > 0 {
                li { span.swatch.waste {} "wasted " b { (size_in_table(plan.before.wasted)) } " (within the layers)" }
            }
            @let unknown = parts.iter().filter(|part| part.step.is_some_and(|step| step.adds.unknown > 0)).count();
            @if unknown > 0 {
                li.dim { "parts of unknown size in " (count_noun(unknown, "layer")) " are not drawn" }
            }
        }
    }
}

fn label_of_bar_part(plan: &FilePlan, part: &ImageBarPart<'_>) -> String {
    match part.step {
        Some(step) => format!("line {} {}", step.line, truncate_text(&neutralize(&step.text), 120)),
        None => {
            let reference = plan.report.base.as_ref().map_or("", |base| base.reference.as_str());
            format!("base image {}", neutralize(reference))
        }
    }
}
