//! The layer stack: a box for each step, whose height is the square root of its size, colored by what rebuilds it,
//! with a bar for each kind of change from the step at which the cache breaks.

use maud::{Markup, html};

use super::truncate_text;
use crate::optimize::{Bytes, FileReport, Rebuilt, Scenario, StepReport, Volatility};
use crate::report::neutralize;
use crate::report::optimize::values::{
    describe_rebuild_cause, is_impossible_scenario, shorten_digest, size_in_table,
};

const WIDTH: u32 = 900;
const BOX: u32 = 560;
const LOWEST: u32 = 24;
const HIGHEST: u32 = 96;
const HEAD: u32 = 26;
const GAP: u32 = 3;
/// Maximum number of characters in a box.
const FIT: usize = 58;

const BARS: [(Scenario, &str); 4] = [
    (Scenario::Source, "source"),
    (Scenario::Manifest, "dependencies"),
    (Scenario::Base, "base"),
    (Scenario::Argument, "argument"),
];

/// One row of the stack.
enum LayerStackRow<'p> {
    Stage(String),
    Step(&'p StepReport, u32),
}

impl LayerStackRow<'_> {
    const fn height(&self) -> u32 {
        match self {
            Self::Stage(_) => HEAD,
            Self::Step(_, height) => *height,
        }
    }
}

pub(super) fn draw_layer_stack(report: &FileReport) -> Markup {
    let rows = rows_of_layer_stack(report);
    let tops: Vec<u32> = rows
        .iter()
        .scan(HEAD + 4, |top, row| {
            let here = *top;
            *top += row.height() + GAP;
            Some(here)
        })
        .collect();
    let height = tops.last().copied().unwrap_or(HEAD) + rows.last().map_or(0, LayerStackRow::height) + 8;
    html! {
        div.key {
            @for volatility in Volatility::ALL {
                @if volatility != Volatility::Index {
                    span {
                        svg width="14" height="14" style="display:inline-block;vertical-align:-2px" aria-hidden="true" {
                            rect class=(volatility_class(volatility)) width="14" height="14" rx="3" {}
                        }
                        " " (describe_rebuild_cause(volatility))
                    }
                }
            }
            span { "dashed frame: size unknown" }
            span { "red bar: rebuilt after the change; ⚡ the cache breaks here" }
        }
        div.scroll {
            svg.stack viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label="The layers, and what a change rebuilds" {
                @for (at, (_, name)) in BARS.iter().enumerate() {
                    text.dim x=(bar_x_position(at) + 12) y="18" text-anchor="middle" { (name) }
                }
                @for (row, top) in rows.iter().zip(&tops) {
                    @match row {
                        LayerStackRow::Stage(name) => {
                            text.dim x="8" y=(top + 18) { (name) }
                        }
                        LayerStackRow::Step(step, height) => (draw_step_box(report, step, *top, *height)),
                    }
                }
            }
        }
    }
}

fn rows_of_layer_stack(report: &FileReport) -> Vec<LayerStackRow<'_>> {
    let mut rows = Vec::new();
    let mut stage = None;
    for step in report.steps.iter().filter(|step| step.label.is_some() && step.built) {
        if stage != Some(step.stage) {
            stage = Some(step.stage);
            if let Some(entry) = report.stages.get(step.stage) {
                let name = entry.name.clone().unwrap_or_else(|| format!("stage {}", entry.index + 1));
                let place = if entry.ships { "final image" } else { "build stage" };
                let text =
                    format!("{} on {}, {place}", neutralize(&name), neutralize(&shorten_digest(&entry.from)));
                rows.push(LayerStackRow::Stage(truncate_text(&text, 90).into_owned()));
            }
        }
        rows.push(LayerStackRow::Step(step, layer_box_height(step.adds)));
    }
    rows
}

/// 24 pixels, plus an amount proportional to the square root of the known size.
fn layer_box_height(adds: Bytes) -> u32 {
    let kilobytes = adds.known_total() / 1_000;
    let root = u32::try_from(kilobytes.isqrt()).unwrap_or(u32::MAX) / 4;
    LOWEST.saturating_add(root).min(HIGHEST)
}

fn draw_step_box(report: &FileReport, step: &StepReport, top: u32, height: u32) -> Markup {
    let text = neutralize(&step.text);
    let dashes = if step.adds.unknown > 0 { "4 3" } else { "none" };
    html! {
        g {
            title { "line " (step.line) ": " (truncate_text(&text, 400)) }
            rect class=(volatility_class(step.volatility)) x="4" y=(top) width=(BOX) height=(height) rx="4" {}
            rect.frame x="4" y=(top) width=(BOX) height=(height) rx="4" stroke-dasharray=(dashes) stroke-opacity="0.45" {}
            text.on x="12" y=(top + 16) font-weight="bold" { (step.volatility.rebuild_class_letter()) }
            text.on.mono x="28" y=(top + 16) { (step.line) " " (truncate_text(&text, FIT)) }
            text.on x=(BOX - 4) y=(top + 16) text-anchor="end" { (size_in_table(step.adds)) }
            @for (at, (scenario, name)) in BARS.iter().enumerate() {
                @let runs = step.again.rebuilt_in_scenario(*scenario);
                @if runs != Rebuilt::No {
                    @let opacity = if runs == Rebuilt::Yes { "1" } else { "0.35" };
                    rect.again x=(bar_x_position(at) + 7) y=(top) width="10" height=(height + GAP) opacity=(opacity) {
                        title { (name) @if runs == Rebuilt::Maybe { ", maybe" } }
                    }
                    @if cache_breaks_at(report, step, *scenario) {
                        text x=(bar_x_position(at) + 20) y=(top + 17) font-size="14" { "⚡" }
                    }
                }
            }
        }
    }
}

/// Whether the cache breaks at this step.
fn cache_breaks_at(report: &FileReport, step: &StepReport, scenario: Scenario) -> bool {
    report
        .scenarios
        .iter()
        .any(|one| one.scenario == scenario && !is_impossible_scenario(one) && one.breaks_at == Some(step.id))
}

fn bar_x_position(at: usize) -> u32 {
    BOX + 24 + u32::try_from(at).unwrap_or_default() * 80
}

const fn volatility_class(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Text => "v0",
        Volatility::Base => "v1",
        Volatility::Index => "v2",
        Volatility::Manifest => "v3",
        Volatility::Source => "v4",
        Volatility::Build => "v5",
    }
}
