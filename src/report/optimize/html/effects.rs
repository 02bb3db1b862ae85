//! The effect of fixes: how long rebuilds take now and with fixes, as bars, and all metrics as a table.

use maud::{Markup, html};

use crate::plan::{FilePlan, LevelEffect, Metrics, RebuildCost};
use crate::report::optimize::values::{
    DurationFormat, RebuildColumn, capitalize, key_of_impossible_changes, options_of_level, rebuild_columns,
    size_in_table,
};

const WIDTH: f64 = 1000.0;

/// The lowest level that applies all fixes of any level.
fn lowest_complete_fix_level(plan: &FilePlan) -> Option<&LevelEffect> {
    let last = plan.after.last().map_or("", |after| &after.diff);
    plan.after.iter().find(|after| !after.diff.is_empty() && after.diff == last)
}

pub(super) fn draw_rebuild_bars(plan: &FilePlan) -> Markup {
    let clock = DurationFormat::format_for_report(&plan.report);
    let fixed = lowest_complete_fix_level(plan);
    let shown: Vec<&Metrics> =
        std::iter::once(&plan.before).chain(fixed.map(|after| &after.figures)).collect();
    let columns = rebuild_columns(&shown);
    let longest = plan.before.full_build.seconds.most.max(1.0);
    let bar = |class: &str, name: &str, rebuild: &RebuildCost| {
        let width = (rebuild.seconds.most / longest * WIDTH).clamp(0.0, WIDTH).round();
        html! {
            div.bar {
                span.name { (name) }
                svg viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true" {
                    rect.track width="1000" height="16" {}
                    rect class=(class) width=(width) height="16" {}
                }
                b { (clock.describe_rebuild(rebuild)) }
            }
        }
    };
    html! {
        @for RebuildColumn { change, of, .. } in columns {
            div.bars {
                (bar("now", change, of(&plan.before)))
                @if let Some(after) = fixed {
                    @if (of(&after.figures).seconds.most - of(&plan.before).seconds.most).abs() >= 0.5 {
                        (bar("fixed", "with fixes", of(&after.figures)))
                    }
                }
            }
        }
    }
}

pub(super) fn effect_table(plan: &FilePlan) -> Markup {
    let clock = DurationFormat::format_for_report(&plan.report);
    let mut rows: Vec<(String, &Metrics)> = vec![("now".to_string(), &plan.before)];
    let mut last = "";
    for after in plan.after.iter().filter(|after| !after.diff.is_empty()) {
        if after.diff != last {
            rows.push((format!("{} ({})", options_of_level(after.level), after.made.len()), &after.figures));
        }
        last = &after.diff;
    }
    let shown: Vec<&Metrics> = rows.iter().map(|(_, figures)| *figures).collect();
    let columns = rebuild_columns(&shown);
    let key = key_of_impossible_changes(&columns, &shown);
    html! {
        div.scroll { table {
            tr {
                th {} th.n { "Image" } th.n { "Wasted" } th.n { "Layers" }
                @for column in &columns { th.n { (capitalize(column.title)) } }
            }
            @for (name, figures) in &rows {
                tr {
                    td.k { @if *name == "now" { (name) } @else { code { (name) } } }
                    td.n { (size_in_table(figures.image)) }
                    td.n { (size_in_table(figures.wasted)) }
                    td.n { (figures.layers) }
                    @for column in &columns { td.n { (clock.describe_rebuild((column.of)(figures))) } }
                }
            }
        } }
        p.dim {
            "In parentheses, the number of applied fixes. Each row includes those above it."
            @if let Some(key) = key { " " (key) "." }
        }
    }
}
