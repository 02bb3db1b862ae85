//! `html`: one page that needs nothing else: no script, no network, no font. Everything out of a Dockerfile is
//! text, escaped, and harmless.

mod layers;
mod parts;
mod rewrites;
mod stages;

use std::borrow::Cow;
use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Costs;
use super::figures::{bytes, classes, is_void};
use crate::optimize::{Picture, Scenario};
use crate::plan::Plan;
use crate::report::inert;

const STYLE: &str = include_str!("page.css");

pub(super) fn write(out: &mut dyn Write, costs: &Costs) -> io::Result<()> {
    let title = match costs.plans.as_slice() {
        [one] => format!("What {} costs", inert(&one.picture.file)),
        all => format!("What {} Dockerfiles cost", all.len()),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @for plan in &costs.plans { (one(plan)) }
                    @for without in &costs.unpictured {
                        p { code { (inert(&without.file)) } ": " (inert(&without.why)) }
                    }
                }
            }
        }
    };
    out.write_all(page.into_string().as_bytes())?;
    writeln!(out)
}

fn one(plan: &Plan) -> Markup {
    let picture = &plan.picture;
    html! {
        article {
            h1 { "What " code { (inert(&picture.file)) } " costs" }
            p.lead.dim {
                "An image is a pile of layers, and each step below adds one. A later layer can hide what an earlier one "
                "brought, but never take it away. A build takes a step from its cache as long as nothing that the step "
                "looks at has changed; once a step runs again, so does every step after it. So a file that changes often "
                "belongs below the steps that take long, and what a step does not need to keep it has to throw away itself."
            }
            @if let Some(refused) = &picture.refused {
                p.refused { "Line " (refused.line) " cannot be built: " (parts::code_spans(&refused.message)) }
            }
            (cards(picture))
            h2 { "Look at this first" }
            (parts::points(picture))
            h2 { "What fixes would change" }
            (rewrites::levels(plan))
            h2 { "Rewrites" }
            (rewrites::rewrites(plan))
            h2 { "What runs again when something changes" }
            (parts::scenarios(picture))
            @if picture.stages.len() > 1 {
                h2 { "Stages" }
                (stages::graph(picture))
            }
            h2 { "Layers" }
            (rewrites::before_and_after(plan))
            h2 { "What ships for nothing" }
            (parts::waste(picture))
            @if picture.context.is_some() {
                h2 { "The build context" }
                (parts::context(picture))
            }
            h2 { "Every step" }
            (parts::steps(picture))
            h2 { "Taken for granted" }
            ul { @for one in &picture.assumptions { li { (parts::code_spans(one)) } } }
        }
    }
}

fn cards(picture: &Picture) -> Markup {
    let totals = &picture.totals;
    let of = |scenario: Scenario| {
        let one = picture.scenarios.iter().find(|one| one.scenario == scenario);
        one.map_or_else(String::new, |one| {
            if is_void(one) {
                "none".to_string()
            } else if one.again.is_empty() && one.maybe.is_empty() {
                "nothing".to_string()
            } else {
                let maybe = if one.maybe.is_empty() { "" } else { " …" };
                format!("{} steps, {}{maybe}", one.again.len(), classes(&one.classes))
            }
        })
    };
    html! {
        div.cards {
            @if let Some(base) = &picture.base {
                div.card { b { (inert(&base.reference)) } span {
                    "base image"
                    @if let Some(system) = &base.system { ", " (inert(system)) }
                    @else if !base.known { ", unknown here" }
                } }
            }
            div.card { b { (totals.layers) } span { "layers of its own" } }
            div.card { b { (bytes(totals.adds)) } span { "added to the base" } }
            div.card { b { (bytes(totals.waste)) } span { "of it for nothing" } }
            div.card { b { (of(Scenario::Source)) } span { "again after a change of a source file" } }
            div.card { b { (of(Scenario::Manifest)) } span { "again after a change of a dependency manifest" } }
        }
    }
}

/// The beginning of a text, of at most so many characters.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().count() <= most {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().take(most.saturating_sub(1)).chain(['…']).collect())
}
