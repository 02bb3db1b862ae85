//! A deletion joined to the RUN that brings what is deleted.

use super::fold::line;
use super::merge::{self, Joint};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::LateDeletion;
use crate::rule::Checker;
use crate::semantic::Run;
use crate::syntax::{Instruction, Kind, Node, quoted};

/// More RUNs than these are not made one: nobody could read it, and a small change would run all of it again.
const LONGEST: usize = 4;

/// The RUNs from the one that brings it to the one that deletes it as one, or why they cannot be.
pub fn fix(cx: &Checker<'_>, deletion: &LateDeletion<'_>) -> Result<Fix, String> {
    let bringing = deletion.of.iter().rev().find(|one| one.kind == Kind::Run);
    let Some(bringing) = bringing else {
        let copy = deletion.of.first().map_or(0, |one| line(cx, one));
        return Err(format!(
            "line {copy} copies it, and what a `COPY` adds no `RUN` can take out of its layer"
        ));
    };
    let runs = between(cx, bringing, deletion.run)?;
    if runs.len() > LONGEST {
        return Err(format!("{} instructions would become one", runs.len()));
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut missing = None;
    let mut proof = Vec::new();
    for pair in runs.windows(2) {
        let [first, second] = pair else { continue };
        let (from, to) = (line(cx, first.outer), line(cx, second.outer));
        let (own, joint) = merge::join_up(cx, first, second)
            .map_err(|reason| format!("lines {from} and {to} cannot be one `RUN`, since {reason}"))?;
        match joint {
            Joint::Certain => {
                proof.push(format!(
                    "every command of lines {from} and {to} is known, and leaves nothing running"
                ));
            }
            Joint::Doubtful(fact) => missing = Some(fact),
        }
        proof.push(format!("lines {from} and {to} stand side by side, with the same user, shell and folder"));
        edits.extend(own);
    }
    let overlapping = |pair: &[Edit]| matches!(pair, [one, two] if one.span.end > two.span.start);
    edits.sort();
    if edits.windows(2).any(overlapping) {
        return Err("their brackets would stand in each other's way".to_string());
    }
    let title = match runs.len() {
        2 => "join it to the `RUN` before it".to_string(),
        number => format!("make the {number} `RUN`s one"),
    };
    let fix = match missing {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::UnsafeMid, title, edits).missing(fact),
    };
    Ok(proof.into_iter().fold(fix.moving(), Fix::proved))
}

/// The RUNs from one to the other, where nothing but comments stands between them.
fn between<'c>(
    cx: &'c Checker<'_>,
    first: &Instruction<'_>,
    last: &Instruction<'_>,
) -> Result<Vec<&'c Run<'c>>, String> {
    let within = cx
        .file
        .items
        .iter()
        .filter(|item| item.span.end > first.span.start && item.span.start < last.span.end);
    for item in within {
        if let Node::Instruction(other) = &item.node
            && other.kind != Kind::Run
        {
            let keyword = quoted(&other.keyword.text.to_uppercase());
            return Err(format!("{keyword} in line {} stands between the two", line(cx, other)));
        }
    }
    let runs = cx.semantics.runs.iter();
    let runs: Vec<&Run<'_>> = runs
        .filter(|run| run.outer.span.start >= first.span.start && run.outer.span.start <= last.span.start)
        .collect();
    if runs.len() < 2 { Err("it is not in a `RUN` before".to_string()) } else { Ok(runs) }
}
