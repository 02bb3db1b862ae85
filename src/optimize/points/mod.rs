//! What to look at, most important first.
//!
//! The order is by weight: seconds that a change costs, times how often such changes come, beside megabytes that
//! ship for nothing. Where a size is unknown, a usual one stands in for it; it only orders, and is never shown.

mod order;
mod rebuild;
mod safety;
mod size;

use order::{advice_for_install, advice_for_named};
pub use safety::has_no_command;

use super::bytes::Bytes;
use super::graph::Graph;
use super::model::{Picture, Point, PointKind};
use crate::semantic::Semantics;
use crate::syntax::enumerated;

/// More are not named; the table of steps has the rest.
const MOST: usize = 30;

pub fn points(picture: &Picture, weights: &[f64], semantics: &Semantics<'_>, graph: &Graph) -> Vec<Point> {
    let mut points = Vec::new();
    safety::secrets(picture, &mut points);
    safety::start(semantics, graph, picture, &mut points);
    rebuild::sources(picture, &mut points);
    rebuild::compilers(picture, &mut points);
    rebuild::arguments(picture, &mut points);
    rebuild::stale_index(picture, &mut points);
    size::waste(picture, weights, &mut points);
    size::full_base(picture, semantics, &mut points);
    size::unreachable(picture, &mut points);
    size::ignore_file(picture, &mut points);
    points.sort_by(|a, b| {
        b.weight.total_cmp(&a.weight).then_with(|| (a.line, &a.title).cmp(&(b.line, &b.title)))
    });
    points.truncate(MOST);
    points
}

/// A point about steps.
fn point(kind: PointKind, line: u32, title: String, advice: String, steps: Vec<usize>, weight: f64) -> Point {
    Point { kind, code: None, line: Some(line), title, advice, bytes: Bytes::NONE, steps, weight }
}

/// The beginning of an instruction, for a sentence.
fn short(text: &str) -> String {
    const LONGEST: usize = 48;
    // A backtick would end the code it is shown as.
    let text = text.replace('`', "'");
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST - 1).collect();
    let cut = cut
        .rsplit_once(' ')
        .filter(|(front, _)| front.len() > LONGEST / 2)
        .map_or(cut.as_str(), |(front, _)| front);
    format!("{cut} …")
}

/// `line 4`, `lines 4 and 7`, `lines 4, 7 and 9`.
fn lines(lines: &[u32]) -> String {
    match lines {
        [] => String::new(),
        [one] => format!("line {one}"),
        all => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("lines {}", enumerated(&all))
        }
    }
}
