//! DL3059: several RUNs in a row.

use std::cell::OnceCell;

use crate::diagnostic::{Applicability, Severity};
use crate::optimize::facts::{self, LateDeletion};
use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::rules::fixes::merge;
use crate::semantic::managers::system;
use crate::semantic::{Run, RunFlags, View};
use crate::syntax::{Comment, Kind, Node};

pub(super) static RULE: Rule = Rule {
    code: "DL3059",
    name: "consecutive-runs",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    in_optimizer: OptimizerScope::BuiltStages,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL3059.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut runs = semantics.runs.iter().filter(|run| !run.onbuild).peekable();
    let late = OnceCell::new();
    // The first RUN of a group, and the previous one.
    let mut before: Option<&Run<'_>> = None;
    let mut previous_run: Option<&Run<'_>> = None;
    for item in &file.items {
        let instruction = match &item.node {
            Node::Instruction(instruction) => instruction,
            Node::Comment(comment)
                if semantics.view.directives_part_runs && looks_like_parser_directive(comment) =>
            {
                before = None;
                continue;
            }
            _ => continue,
        };
        if instruction.kind != Kind::Run {
            before = None;
            continue;
        }
        let Some(run) = runs.next_if(|run| run.outer.span == instruction.span) else { continue };
        let last = previous_run.replace(run);
        match before {
            Some(first)
                if has_single_command_form(first)
                    && has_single_command_form(run)
                    && RunFlags::new(first) == RunFlags::new(run) =>
            {
                if semantics.view == View::Hadolint || (run.ships && deletes_files(run)) {
                    report(cx, late.get_or_init(|| late_deletions_to_merge(cx)), run, last);
                }
            }
            _ => before = Some(run),
        }
    }
}

/// The late deletions that can be merged; none in hadolint's view, which offers no fixes.
fn late_deletions_to_merge<'a>(cx: &RuleChecker<'a>) -> Vec<LateDeletion<'a>> {
    let outline = cx.outline().filter(|_| cx.semantics.view != View::Hadolint);
    outline.map(facts::find_late_deletions).unwrap_or_default()
}

fn report(cx: &mut RuleChecker<'_>, late: &[LateDeletion<'_>], run: &Run<'_>, last: Option<&Run<'_>>) {
    let (certain, doubtful) = (Applicability::Safe, Applicability::UnsafeMid);
    let offer = match last {
        Some(last) if let Some(line) = line_creating_deleted_files(late, last, run) => {
            Err(format!("line {line}, not the previous `RUN`, adds the files that it deletes").into())
        }
        Some(last) => merge::offer_merge(cx, last, run, certain, doubtful),
        None => Err("another instruction is between the two `RUN`s".into()),
    };
    cx.report(run.outer, run.outer.keyword.span, "this `RUN` can be merged into the previous one")
        .help("join them with `&&`: a later layer cannot shrink an earlier one")
        .fix_or_reason(offer);
}

/// The line of a step before `last` that adds everything that `run` deletes, so that merging the two RUNs saves
/// nothing.
fn line_creating_deleted_files(late: &[LateDeletion<'_>], last: &Run<'_>, run: &Run<'_>) -> Option<u32> {
    let deletion = late.iter().find(|deletion| deletion.run.span == run.outer.span)?;
    let is_before = deletion.of.iter().all(|step| step.span.end <= last.outer.span.start);
    deletion.earlier.first().copied().filter(|_| is_before)
}

fn has_single_command_form(run: &Run<'_>) -> bool {
    run.script.commands.iter().filter(|command| command.name.is_some()).count() < 2
}

/// Whether the comment has the form of a parser directive, wherever it is.
fn looks_like_parser_directive(comment: &Comment<'_>) -> bool {
    comment.text.split_once('=').is_some_and(|(key, value)| {
        let spaces = [' ', '\t'];
        matches!(key.trim_matches(spaces), "escape" | "syntax") && !value.trim_matches(spaces).is_empty()
    })
}

/// Whether the RUN removes files, so that joining it with the RUN that created them makes the image smaller.
fn deletes_files(run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| command.is("rm") || system::removes_or_cleans(command))
}
