//! The parts of the page that are lists and tables.

use maud::{Markup, html};

use super::cut;
use crate::optimize::{Picture, PointKind, Scenario};
use crate::report::inert;
use crate::report::optimize::figures::{bytes, change, classes, is_void, mark, number, size};

pub fn points(picture: &Picture) -> Markup {
    html! {
        @if picture.points.is_empty() { p { "Nothing that this can see." } }
        ol.points {
            @for point in &picture.points {
                li {
                    @if point.kind == PointKind::Security { span.tag.security { "security" } " " }
                    @if let Some(line) = point.line { span.tag { "line " (line) } " " }
                    @if !point.bytes.is_none() { span.tag { (bytes(point.bytes)) } " " }
                    (code_spans(&point.title))
                    div.advice { "→ " (code_spans(&point.advice)) }
                }
            }
        }
    }
}

/// What stands in backticks as code.
pub fn code_spans(text: &str) -> Markup {
    let text = inert(text);
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

pub fn scenarios(picture: &Picture) -> Markup {
    html! {
        div.scroll { table {
            tr { th { "When this changes" } th { "these run again" } th { "from" } th { "cost" } }
            @for one in &picture.scenarios {
                tr {
                    td { (inert(&change(one))) }
                    @if is_void(one) {
                        td.dim colspan="3" { "there is none" }
                    } @else if one.again.is_empty() && one.maybe.is_empty() {
                        td { "nothing" } td {} td {}
                    } @else {
                        td {
                            (one.again.len()) @if one.again.len() == 1 { " step" } @else { " steps" }
                            @if !one.maybe.is_empty() { ", perhaps " (one.maybe.len()) " more" }
                        }
                        td {
                            @if let Some(step) = one.breaks_at.and_then(|id| picture.steps.get(id)) { "line " (step.line) }
                        }
                        td { (classes(&one.classes)) }
                    }
                }
            }
        } }
        p.dim {
            "Cost: XS next to nothing, S seconds, M half a minute, L minutes, XL many minutes. “Perhaps” are steps that "
            "take files out of another stage: they run again only if those files have come out different."
        }
    }
}

pub fn waste(picture: &Picture) -> Markup {
    html! {
        @if picture.waste.is_empty() { p { "Nothing that this can see." } }
        @else {
            div.scroll { table {
                tr { th { "Why" } th { "Line" } th { "What" } th.n { "Size" } }
                @for one in &picture.waste {
                    tr {
                        td { (one.cause.title()) @if !one.certain { span.dim { " (probably)" } } }
                        td.n { (one.line) }
                        td { @for (at, what) in one.what.iter().enumerate() {
                            @if at > 0 { ", " }
                            code { (inert(what)) }
                        } }
                        td.n { (bytes(one.bytes)) }
                    }
                }
                tr { th { "Together" } td {} td {} th.n { (bytes(picture.totals.waste)) } }
            } }
        }
    }
}

pub fn context(picture: &Picture) -> Markup {
    let Some(context) = &picture.context else { return html! {} };
    html! {
        p {
            code { (inert(&context.folder)) } ": " (size(context.total.bytes)) " in " (context.total.files) " files. "
            @match &context.ignore_file {
                Some(file) => { code { (inert(file)) } " leaves out " (size(context.left_out.bytes)) "." }
                None => "There is no ignore file.",
            }
        }
        div.scroll { table {
            tr { th { "Folder" } th.n { "Files" } th.n { "Size" } }
            @for folder in &context.folders {
                tr {
                    td { code { (inert(&folder.path)) } }
                    td.n { (folder.amount.files) }
                    td.n { (size(folder.amount.bytes)) }
                }
            }
        } }
        @if !context.copies.is_empty() {
            p {
                "What is taken along:"
                @for copy in &context.copies {
                    br; "line " (copy.line) ", " code { (inert(&copy.sources.join(" "))) } ": "
                    (size(copy.amount.bytes)) " in " (copy.amount.files) " files"
                }
            }
        }
        @if !context.junk.is_empty() {
            p {
                "What no image needs:"
                @for junk in &context.junk {
                    br; code { (inert(&junk.path)) } ", " (size(junk.amount.bytes)) ", " (junk.why)
                    @if !junk.ships { ", into a build stage only" }
                }
            }
        }
        @if !context.secrets.is_empty() {
            p {
                "What looks like a secret:"
                @for secret in &context.secrets { br; code { (inert(&secret.path)) } ", by line " (secret.line) }
            }
        }
        @if let Some(proposal) = &context.proposal {
            details {
                summary {
                    "A " code { ".dockerignore" } " that leaves out " (size(proposal.leaves_out.bytes)) " in "
                    (proposal.leaves_out.files) " files"
                }
                pre { @for line in &proposal.lines { (inert(line)) "\n" } }
            }
        }
    }
}

pub fn steps(picture: &Picture) -> Markup {
    let scenarios = [Scenario::Source, Scenario::Manifest, Scenario::Base, Scenario::Argument];
    html! {
        div.scroll { table {
            tr {
                th.n { "Line" } th { "Step" } th.n { "Adds" }
                th title="a source file" { "S" } th title="a dependency manifest" { "D" }
                th title="the base image" { "B" } th title="a build argument" { "A" } th { "Cost" }
            }
            @for step in picture.steps.iter().filter(|step| step.label.is_some()) {
                tr {
                    td.n { (step.line) }
                    td {
                        @let text = inert(&step.text);
                        @if text.chars().count() > 90 {
                            details {
                                summary { code { (cut(&text, 90)) } }
                                pre { @for line in &step.lines { (inert(line)) "\n" } }
                            }
                        } @else { code { (text) } }
                        @if !step.built { span.dim { " not built" } }
                    }
                    td.n { (bytes(step.adds)) }
                    @for scenario in scenarios { td.m { (mark(step.again.get(scenario))) } }
                    td { @match step.seconds {
                        Some(seconds) => { (number(seconds)) " s" }
                        None => (step.cost.name()),
                    } }
                }
            }
        } }
        p.dim { "● runs again, ? perhaps. S a source file, D a dependency manifest, B the base image, A a build argument." }
    }
}
