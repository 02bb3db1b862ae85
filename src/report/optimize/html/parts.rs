//! The parts of the page that are lists and tables.

use maud::{Markup, html};

use super::truncate_text;
use crate::facts::count_noun;
use crate::facts::format_size;
use crate::optimize::{FileReport, Scenario};
use crate::report::neutralize;
use crate::report::optimize::values::{
    DurationFormat, describe_change, is_impossible_scenario, rebuild_symbol, size_in_table,
};

/// Renders text with code in backticks.
pub(super) fn code_spans(text: &str) -> Markup {
    let text = neutralize(text);
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

pub(super) fn scenario_table(report: &FileReport) -> Markup {
    let shown = report
        .scenarios
        .iter()
        .filter(|one| one.scenario != Scenario::Nothing && !is_impossible_scenario(one));
    html! {
        div.scroll { table {
            tr { th { "Change" } th { "Rebuilds" } th { "From" } th.n { "Time" } }
            @for one in shown {
                tr {
                    td { (neutralize(&describe_change(one))) }
                    @if one.again.is_empty() && one.maybe.is_empty() {
                        td { "nothing" } td {} td {}
                    } @else {
                        td {
                            (count_noun(one.again.len(), "step"))
                            @if !one.maybe.is_empty() { ", maybe " (one.maybe.len()) " more" }
                        }
                        td {
                            @if let Some(step) = one.breaks_at.and_then(|id| report.steps.get(id)) { "line " (step.line) }
                        }
                        td.n { (DurationFormat::format_for_report(report).format_duration(one.seconds.most)) }
                    }
                }
            }
        } }
        p.dim {
            "“Maybe” counts steps that copy files from another stage: they are rebuilt only if the content of those files "
            "changes."
        }
    }
}

pub(super) fn waste_table(report: &FileReport) -> Markup {
    html! {
        @if report.waste.is_empty() { p { "None." } }
        @else {
            div.scroll { table {
                tr { th { "Why" } th { "Line" } th { "What" } th.n { "Size" } }
                @for one in &report.waste {
                    tr {
                        td { (one.cause.title()) @if !one.certain { span.dim { " (probably)" } } }
                        td.n { (one.line) }
                        td { @for (at, what) in one.what.iter().enumerate() {
                            @if at > 0 { ", " }
                            code { (neutralize(what)) }
                        } }
                        td.n { (size_in_table(one.bytes)) }
                    }
                }
                tr { th { "Total" } td {} td {} th.n { (size_in_table(report.totals.waste)) } }
            } }
        }
    }
}

pub(super) fn context_section(report: &FileReport) -> Markup {
    let Some(context) = &report.context else { return html! {} };
    html! {
        p {
            code { (neutralize(&context.directory)) } ": " (format_size(context.total.bytes)) " in " (count_noun(context.total.files, "file")) ". "
            @match &context.ignore_file {
                Some(file) => { code { (neutralize(file)) } " excludes " (format_size(context.excluded.bytes)) "." }
                None => { "No " code { ".dockerignore" } "." }
            }
        }
        div.scroll { table {
            tr { th { "Directory" } th.n { "Files" } th.n { "Size" } }
            @for directory in &context.directories {
                tr {
                    td { code { (neutralize(&directory.path)) } }
                    td.n { (directory.amount.files) }
                    td.n { (format_size(directory.amount.bytes)) }
                }
            }
        } }
        @if !context.copies.is_empty() {
            p {
                "Copied:"
                @for copy in &context.copies {
                    br; "line " (copy.line) ", " code { (neutralize(&copy.sources.join(" "))) } ": "
                    (format_size(copy.amount.bytes)) " in " (count_noun(copy.amount.files, "file"))
                }
            }
        }
        @if !context.junk.is_empty() {
            p {
                "Unused:"
                @for junk in &context.junk {
                    br; code { (neutralize(&junk.path)) } ", " (format_size(junk.amount.bytes)) ", " (junk.why)
                    @if !junk.ships { ", only in a build stage" }
                }
            }
        }
        @if !context.secrets.is_empty() {
            p {
                "Possible secrets:"
                @for secret in &context.secrets { br; code { (neutralize(&secret.path)) } ", by line " (secret.line) }
            }
        }
        @if let Some(proposal) = &context.proposal {
            details {
                summary {
                    "A " code { ".dockerignore" } " that excludes " (format_size(proposal.leaves_out.bytes)) " in "
                    (count_noun(proposal.leaves_out.files, "file"))
                }
                pre { @for line in &proposal.lines { (neutralize(line)) "\n" } }
            }
        }
    }
}

pub(super) fn step_table(report: &FileReport) -> Markup {
    let clock = DurationFormat::format_for_report(report);
    let scenarios = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
    html! {
        div.scroll { table {
            tr {
                th.n { "Line" } th { "Step" } th.n { "Adds" }
                th title="a source change" { "S" } th title="a dependency change" { "D" }
                th title="a new base image" { "B" } th title="a new build argument" { "A" } th.n { "Time" }
            }
            @for step in report.steps.iter().filter(|step| step.label.is_some()) {
                tr {
                    td.n { (step.line) }
                    td {
                        @let text = neutralize(&step.text);
                        @if text.chars().count() > 90 {
                            details {
                                summary { code { (truncate_text(&text, 90)) } }
                                pre { @for line in &step.lines { (neutralize(line)) "\n" } }
                            }
                        } @else { code { (text) } }
                        @if !step.built { span.dim { " not built" } }
                    }
                    td.n { (size_in_table(step.adds)) }
                    @for scenario in scenarios { td.m { (rebuild_symbol(step.again.rebuilt_in_scenario(scenario))) } }
                    td.n { @if step.time >= 0.5 { (clock.format_duration(step.time)) } }
                }
            }
        } }
        p.dim { "● rebuilt, ? maybe, after: S a source change, D a dependency change, B a new base image, A a new build argument." }
    }
}
