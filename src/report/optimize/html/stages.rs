//! The stage graph: which stage is built on which, and which copies files from where.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::truncate_text;
use crate::optimize::{FileReport, StageReport};
use crate::report::neutralize;

const BOX_WIDTH: usize = 176;
const BOX_HEIGHT: usize = 58;
const GAP_X: usize = 84;
const GAP_Y: usize = 26;
const EDGE: usize = 14;
/// Maximum number of edges whose labels are always shown; with more edges, labels are shown on hover.
const LABELED: usize = 10;

pub(super) fn stage_graph(report: &FileReport) -> Markup {
    let places = stage_positions(&report.stages);
    let at = |stage: usize| places.get(stage).copied().unwrap_or_default();
    let columns = places.iter().map(|(column, _)| column + 1).max().unwrap_or(1);
    let rows = places.iter().map(|(_, row)| row + 1).max().unwrap_or(1);
    let width = columns * (BOX_WIDTH + GAP_X) - GAP_X + 2 * EDGE;
    let height = rows * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2 * EDGE;
    let edges: usize = report.stages.iter().map(|stage| stage.takes.len()).sum();
    html! {
        div.key {
            span { "solid line: built on; dashed line: copies files; thick frame: the image; faint: not built" }
        }
        div.scroll {
            svg width=(width) height=(height) viewBox=(format!("0 0 {width} {height}")) role="img" aria-label="The stages" {
                @for stage in &report.stages {
                    @if let Some(parent) = stage.parent {
                        path.edge d=(draw_stage_edge(at(parent), at(stage.index))) {}
                    }
                    @for take in &stage.takes {
                        @let what = neutralize(&take.paths.join(" ")).into_owned();
                        path.edge d=(draw_stage_edge(at(take.stage), at(stage.index))) stroke-dasharray=(if take.mount { "2 4" } else { "7 4" }) {
                            title { "line " (take.line) ": " (truncate_text(&what, 200)) }
                        }
                        @if edges <= LABELED {
                            @let (x, y) = edge_label_position(at(take.stage), at(stage.index));
                            text.dim.on-edge x=(x) y=(y) text-anchor="middle" { (truncate_text(&what, 13)) }
                        }
                    }
                }
                @for stage in &report.stages { (draw_stage_box(report, stage, at(stage.index))) }
            }
        }
    }
}

fn draw_stage_box(report: &FileReport, stage: &StageReport, place: (usize, usize)) -> Markup {
    let (x, y) = stage_box_corner(place);
    let steps = report.steps.iter().filter(|step| step.stage == stage.index && step.label.is_some()).count();
    let name = stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.index + 1));
    let (name, from) = (neutralize(&name), neutralize(&stage.from));
    let is_image =
        stage.ships && !report.stages.iter().any(|other| other.ships && other.parent == Some(stage.index));
    html! {
        g opacity=(if stage.built { "1" } else { "0.45" }) {
            title { (name) " on " (from) }
            rect.box x=(x) y=(y) width=(BOX_WIDTH) height=(BOX_HEIGHT) rx="8" {}
            @if stage.ships {
                rect.frame x=(x) y=(y) width=(BOX_WIDTH) height=(BOX_HEIGHT) rx="8" stroke-width=(if is_image { "3" } else { "1.5" }) {}
            }
            text x=(x + 10) y=(y + 20) font-weight="bold" { (truncate_text(&name, 22)) }
            text.dim x=(x + 10) y=(y + 36) { (truncate_text(&from, 25)) }
            text.dim x=(x + 10) y=(y + 51) {
                "line " (stage.line) ", " (steps) @if steps == 1 { " step" } @else { " steps" }
                @if !stage.built { ", not built" }
            }
        }
    }
}

/// Column and row of each stage: a stage is to the right of all stages that it needs; each column is in file order.
fn stage_positions(stages: &[StageReport]) -> Vec<(usize, usize)> {
    let mut columns: Vec<usize> = Vec::with_capacity(stages.len());
    for stage in stages {
        let needs = stage.parent.iter().copied().chain(stage.takes.iter().map(|take| take.stage));
        let column = needs.filter_map(|need| columns.get(need)).max().map_or(0, |column| column + 1);
        columns.push(column);
    }
    let mut filled: Vec<usize> = Vec::new();
    columns
        .into_iter()
        .map(|column| {
            if filled.len() <= column {
                filled.resize(column + 1, 0);
            }
            let row = filled.get(column).copied().unwrap_or_default();
            if let Some(next) = filled.get_mut(column) {
                *next += 1;
            }
            (column, row)
        })
        .collect()
}

fn stage_box_corner((column, row): (usize, usize)) -> (usize, usize) {
    (EDGE + column * (BOX_WIDTH + GAP_X), EDGE + row * (BOX_HEIGHT + GAP_Y))
}

/// From the right side of one box to the left side of another. An edge that would cross boxes goes through the gap
/// below them.
fn draw_stage_edge(from: (usize, usize), to: (usize, usize)) -> String {
    let (x, y) = stage_box_corner(from);
    let (end_x, end_y) = stage_box_corner(to);
    let (x, y, end_y) = (x + BOX_WIDTH, y + BOX_HEIGHT / 2, end_y + BOX_HEIGHT / 2);
    let mut path = format!("M{x} {y}");
    let half = GAP_X / 2;
    if to.0 > from.0 + 1 {
        let lane = stage_box_corner(from).1 + BOX_HEIGHT + GAP_Y / 2;
        // Writing to a string cannot fail.
        let _ = write!(
            path,
            " C{} {y} {} {lane} {} {lane} H{} C{} {lane} {} {end_y} {end_x} {end_y}",
            x + half,
            x + half / 2,
            x + half,
            end_x - half,
            end_x - half / 2,
            end_x - half
        );
    } else {
        let _ = write!(path, " C{} {y} {} {end_y} {end_x} {end_y}", x + half, end_x.saturating_sub(half));
    }
    path
}

/// The position of the label of an edge: near its end, where edges are apart; below the line if the line comes from
/// above.
fn edge_label_position(from: (usize, usize), to: (usize, usize)) -> (usize, usize) {
    let (end_x, end_y) = stage_box_corner(to);
    let shift = if from.1 < to.1 { 20 } else { 0 };
    (end_x.saturating_sub(GAP_X / 2), end_y + BOX_HEIGHT / 2 - 6 + shift)
}
