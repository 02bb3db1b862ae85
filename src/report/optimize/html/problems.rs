//! The problems, the most expensive first, each with its reasons and its diff folded.

use maud::{Markup, html};

use super::diff::side_by_side;
use super::parts::code_spans;
use crate::plan::{Class, Plan, Problem};
use crate::report::inert;
use crate::report::optimize::figures::{Clock, fix, lines};

pub fn list(plan: &Plan) -> Markup {
    let clock = Clock::of(&plan.picture);
    html! {
        @if plan.ranking.is_empty() { p { "No problems found." } }
        ol.problems {
            @for row in &plan.ranking {
                li {
                    div.head {
                        span.saves { (clock.saves(&row.saves)) }
                        span.tag { (lines(&row.lines)) }
                        span.tag { (row.code) }
                        span class=(format!("tag class-{}", row.class.map_or("none", Class::as_str))) { (fix(row.class)) }
                    }
                    p { (code_spans(&row.message)) }
                    @for problem in row.problems.iter().filter_map(|at| plan.problems.get(*at)) {
                        (details(problem, row.problems.len() > 1))
                    }
                }
            }
        }
    }
}

fn details(problem: &Problem, is_one_of_many: bool) -> Markup {
    html! {
        details {
            summary {
                @if is_one_of_many { "Line " (problem.line) ": " }
                @match (&problem.title, &problem.help) {
                    (Some(title), _) => (code_spans(title)),
                    (None, Some(help)) => (code_spans(help)),
                    (None, None) => (problem.name),
                }
            }
            @if problem.title.is_some() {
                @if let Some(help) = &problem.help { p { (code_spans(help)) } }
            }
            @if !problem.proof.is_empty() {
                ul.proof { @for condition in &problem.proof { li { (code_spans(condition)) } } }
            }
            @if let Some(missing) = &problem.missing { p.dim { "Not known: " (code_spans(missing)) } }
            @for reason in &problem.refused {
                p.dim {
                    @match problem.class {
                        None => "Not fixed: ",
                        Some(Class::Shown) => "Only a suggestion: ",
                        Some(_) => "Not safer: ",
                    }
                    (code_spans(reason))
                }
            }
            @if !problem.diff.is_empty() { (side_by_side(&problem.diff)) }
            p.dim { code { "dockwright rule " (inert(problem.code)) } }
        }
    }
}
