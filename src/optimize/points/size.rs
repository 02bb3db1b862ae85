//! What ships for nothing.

use super::{point, short};
use crate::facts::images;
use crate::optimize::bytes::Bytes;
use crate::optimize::facts::slim_base;
use crate::optimize::model::{Cause, Picture, Point, PointKind, Waste};
use crate::semantic::Semantics;
use crate::syntax::enumerated;

/// A point for each waste; a megabyte weighs one.
pub fn waste(picture: &Picture, weights: &[f64], points: &mut Vec<Point>) {
    for (one, usual) in picture.waste.iter().zip(weights) {
        let Some(step) = picture.steps.get(one.step) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "only the order is made of it")]
        let megabytes = one.bytes.figure() as f64 / 1e6;
        let weight = if one.bytes.unknown > 0 || megabytes == 0.0 { megabytes + usual } else { megabytes };
        let (title, advice) = words(picture, one, &short(&step.text));
        let mut ids = one.of.clone();
        if !ids.contains(&one.step) {
            ids.push(one.step);
        }
        let sdk = one.cause == Cause::BuildOnly && one.of.is_empty();
        let from = picture.stages.iter().find(|stage| stage.ships && stage.parent.is_none());
        let line = from.filter(|_| sdk).map_or(one.line, |stage| stage.line);
        let mut found = point(PointKind::Size, line, title, advice, ids, weight);
        found.bytes = one.bytes;
        found.code = code(one).map(str::to_string);
        points.push(found);
    }
}

/// The rule that says the same.
fn code(one: &Waste) -> Option<&'static str> {
    match one.cause {
        Cause::DeletedLater => Some("DW2001"),
        _ => None,
    }
}

fn words(picture: &Picture, one: &Waste, step: &str) -> (String, String) {
    let what = list(&one.what);
    let of: Vec<u32> = one.of.iter().filter_map(|id| picture.steps.get(*id)).map(|step| step.line).collect();
    let from = super::lines(&of);
    let of_copy =
        |id: &usize| picture.steps.get(*id).is_some_and(|step| matches!(step.op.as_str(), "COPY" | "ADD"));
    match one.cause {
        Cause::CopiedUp if !one.of.iter().any(of_copy) => (
            format!(
                "`{step}` ships a second time what {from} may have made of {what}: a file whose owner or mode changes is stored whole again"
            ),
            "set owner and mode in the RUN that makes the files".to_string(),
        ),
        Cause::CopiedUp => (
            format!(
                "`{step}` ships {what} a second time: a file whose owner or mode changes is stored whole again"
            ),
            format!(
                "let the COPY set them, with `--chown` or `--chmod`, or change them in the RUN that makes the files; concerned: {from}"
            ),
        ),
        Cause::DeletedLater => (
            format!("`{step}` saves nothing: what it takes away still ships in the layer of {from}"),
            "take it away in the RUN that brings it".to_string(),
        ),
        Cause::Overwritten => (
            format!("`{step}` brings {what} a second time, after {from}"),
            "only a matter of a few bytes where it is a manifest".to_string(),
        ),
        Cause::Caches => (
            format!("`{step}` leaves the {} in the image", one.what.join(", ")),
            "empty them in the same RUN, or mount a cache there".to_string(),
        ),
        Cause::BuildOnly if one.of.is_empty() => (
            format!(
                "{}, `{}`, ships with the program that it has built",
                first(&one.what),
                one.what.last().map_or("", |last| last)
            ),
            "build in a stage of its own, and copy only what runs into a small image".to_string(),
        ),
        Cause::BuildOnly => (
            format!(
                "{what}, which only a build needs, {}",
                if one.what.len() == 1 { "ships" } else { "ship" }
            ),
            "build in a stage of its own, or remove them in the same RUN".to_string(),
        ),
        Cause::Junk => (format!("`{step}` takes along {what}"), "name it in `.dockerignore`".to_string()),
    }
}

fn first(what: &[String]) -> &str {
    what.first().map_or("", |what| what)
}

/// `a`, `b` and 3 more.
fn list(what: &[String]) -> String {
    const NAMED: usize = 3;
    let code = |one: &String| {
        if one.contains(' ') { one.clone() } else { format!("`{}`", one.replace('`', "'")) }
    };
    let named: Vec<String> = what.iter().take(NAMED).map(code).collect();
    match what.len().saturating_sub(NAMED) {
        0 => enumerated(&named),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// A full base image where the slim one of the same release would do: hundreds of megabytes, as a rule.
pub fn full_base(picture: &Picture, semantics: &Semantics<'_>, points: &mut Vec<Point>) {
    const USUAL: f64 = 60.0;
    let Some((index, slim)) = slim_base(semantics) else { return };
    let Some(stage) = picture.stages.get(index).filter(|stage| stage.ships) else { return };
    let title =
        format!("the image starts from a full base, of which nothing here needs more than `{slim}` has");
    let advice =
        "start from the slim image: it is the same release without compilers and headers".to_string();
    let saved = images::saved(&stage.from, &slim);
    #[expect(clippy::cast_precision_loss, reason = "only the order is made of it")]
    let weight = saved.map_or(USUAL, |bytes| bytes as f64 / 1e6);
    let mut found = point(PointKind::Size, stage.line, title, advice, Vec::new(), weight);
    found.code = Some("DW2002".to_string());
    found.bytes = saved.map_or(Bytes::UNKNOWN, Bytes::estimated);
    points.push(found);
}

/// Stages that nothing needs.
pub fn unreachable(picture: &Picture, points: &mut Vec<Point>) {
    for stage in picture.stages.iter().filter(|stage| !stage.built) {
        let name = stage.name.clone().unwrap_or_else(|| stage.index.to_string());
        let title = format!("nothing needs stage `{}`, so it is not built", name.replace('`', "'"));
        let advice = "take it out, unless some build names it as its target".to_string();
        let mut found = point(PointKind::Rebuild, stage.line, title, advice, Vec::new(), 1.0);
        // A stage with a name may be the target of a build; the rule leaves it alone.
        found.code = stage.name.is_none().then(|| "DW1001".to_string());
        points.push(found);
    }
}

/// A context without an ignore file, of which much is taken along.
pub fn ignore_file(picture: &Picture, points: &mut Vec<Point>) {
    let Some(context) = &picture.context else { return };
    let Some(proposal) = context.proposal.as_ref().filter(|proposal| proposal.leaves_out.files > 0) else {
        return;
    };
    let whole = context.copies.iter().find(|copy| copy.amount.files == context.total.files);
    let Some(copy) = whole else { return };
    #[expect(clippy::cast_precision_loss, reason = "only the order is made of it")]
    let weight = proposal.leaves_out.bytes as f64 / 1e6 * 0.5 + 5.0;
    let title = format!("there is no `.dockerignore`, and line {} takes the whole folder", copy.line);
    let mut found = point(
        PointKind::Size,
        copy.line,
        title,
        "see the one proposed below".to_string(),
        vec![copy.step],
        weight,
    );
    found.bytes = Bytes::NONE;
    points.push(found);
}
