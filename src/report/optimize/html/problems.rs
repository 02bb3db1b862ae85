//! The problems, the most expensive first, each with its reasons and its diff folded.

use maud::{Markup, html};

use super::diff::side_by_side_diff;
use super::parts::code_spans;
use crate::plan::{FilePlan, FixClass, PlannedProblem};
use crate::report::neutralize;
use crate::report::optimize::values::{
    DurationFormat, describe_line_numbers, fix_label, no_problems_sentence,
};

pub(super) fn problem_list(plan: &FilePlan) -> Markup {
    let clock = DurationFormat::format_for_report(&plan.report);
    html! {
        @if plan.ranking.is_empty() { p { (no_problems_sentence(plan)) } }
        ol.problems {
            @for row in &plan.ranking {
                li {
                    div.head {
                        span.saves { (clock.describe_savings(&row.saves)) }
                        span.tag { (describe_line_numbers(&row.lines)) }
                        span.tag { (row.code) }
                        span class=(format!("tag class-{}", row.class.map_or("none", FixClass::as_str))) { (fix_label(row.class)) }
                    }
                    p { (code_spans(&row.message)) }
                    @for problem in row.problems.iter().filter_map(|at| plan.problems.get(*at)) {
                        (problem_details(problem, row.problems.len() > 1))
                    }
                }
            }
        }
    }
}

fn problem_details(problem: &PlannedProblem, is_one_of_many: bool) -> Markup {
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
            @if !problem.proof.is_empty() {
                ul.proof { @for condition in &problem.proof { li { (code_spans(condition)) } } }
            }
            @if let Some(missing) = &problem.missing { p.dim { "Risk: " (code_spans(missing)) } }
            @for reason in &problem.refused {
                p.dim {
                    @match problem.class {
                        None => "Not fixed: ",
                        Some(FixClass::Suggestion) => "Only a suggestion: ",
                        Some(_) => "Not safer: ",
                    }
                    (code_spans(reason))
                }
            }
            @if !problem.diff.is_empty() { (side_by_side_diff(&problem.diff)) }
            p.dim { code { "dockwright rule " (neutralize(problem.code)) } }
        }
    }
}
