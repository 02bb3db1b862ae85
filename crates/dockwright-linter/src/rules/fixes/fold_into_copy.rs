//! Shared code of fixes that move a change of mode or owner into the COPY of the files.

use std::collections::BTreeSet;

use super::instruction_edit;
use super::removal_edits::removal_edits;
use crate::diagnostic::{Edit, Fix};
use crate::optimize::{
    CopiedFiles, LateChange, LocatedCommand, StepDrafts, WasteCause, find_late_changes, paths_overlap,
    pattern_covers,
};
use crate::rule::RuleChecker;
use crate::semantic::StageBaseKind;
use crate::semantic::effects::PathSet;
use crate::semantic::managers::fetches_for_system;
use crate::semantic::paths::{STANDARD_DIRECTORIES, base_name};
use crate::shell::{CommandPlace, ListNode};
use crate::syntax::{Arguments, Instruction, Kind, Source, quote_excerpt};

/// Why a change cannot be moved into the COPY.
pub(crate) type FoldObstacle = String;

/// The line on which an instruction begins, from 1.
pub(crate) fn start_line(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> u32 {
    cx.semantics.line(instruction.span.start)
}

type FoldFixFn = fn(&RuleChecker<'_>, &StepDrafts<'_, '_>, &LateChange<'_, '_>) -> Result<Fix, FoldObstacle>;

/// Reports each change by one of these programs, with the fix or why there is none.
pub(crate) fn report_changes(cx: &mut RuleChecker<'_>, programs: &[&str], help: &str, fix: FoldFixFn) {
    let semantics = cx.semantics;
    let asked = |run: &crate::semantic::Run<'_>| {
        run.ships && run.script.commands.iter().any(|command| command.is_any(programs) || command.is("find"))
    };
    if !semantics.runs.iter().any(asked) {
        return;
    }
    let Some(outline) = cx.outline() else { return };
    let drafts = &outline.drafts;
    for change in find_late_changes(outline) {
        let fired = drafts.steps.get(change.step).is_none_or(|draft| draft.fired);
        let Some(program) = change.program_making_change(programs).filter(|_| !fired) else { continue };
        let made = fix(cx, drafts, &change);
        // Another COPY may have added other files to the directory.
        let is_below = |of: &&CopiedFiles| change.paths.iter().any(|path| pattern_covers(path, &of.path));
        let of = change.of.iter().find(is_below).or(change.of.first());
        let at = of.and_then(|of| drafts.steps.get(of.step)).map_or(0, |draft| start_line(cx, draft.anchor));
        let path =
            of.map_or("", |of| if of.tree { change.paths.first().map_or("", |path| path) } else { &of.path });
        let message = format!("`{program}` stores {} from line {at} a second time", quote_excerpt(path));
        let saved = cx.wasted_bytes(change.run.instruction, WasteCause::CopiedUp, None);
        let saving = cx.describe_saving(saved);
        let copy = of.and_then(|of| drafts.steps.get(of.step)).map(|draft| draft.instruction);
        let flag = programs.first().copied().unwrap_or_default();
        let help = if copy.is_some_and(|copy| copy.flag_value(flag).is_some()) {
            format!("limit this `{program}` to paths for which line {at} does not set `--{flag}`")
        } else {
            help.to_string()
        };
        let found =
            cx.report(change.run.outer, change.command.name_span(), message).help(help).saving(saving);
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.add_reason_not_fixed(reason),
        };
    }
}

/// The result of removing the change from its RUN.
#[derive(Debug, Default)]
pub(crate) struct RemovedChange {
    pub edits: Vec<Edit>,
    /// Why the rest of the RUN may not be the same without it.
    pub doubt: Option<String>,
    /// The comment lines above a RUN that is deleted completely.
    comments: String,
}

impl RemovedChange {
    /// Moves the comments above the COPY that now makes the change.
    ///
    /// # Errors
    /// The text gives the reason why they cannot be moved.
    pub(crate) fn keep_comments(
        &mut self,
        cx: &RuleChecker<'_>,
        copy: &Instruction<'_>,
    ) -> Result<(), FoldObstacle> {
        if !self.comments.is_empty() {
            let comments = std::mem::take(&mut self.comments);
            let edit = instruction_edit::put_comments_above(cx, copy, comments);
            self.edits.push(edit.ok_or("a comment about it would remain")?);
        }
        Ok(())
    }
}

/// Deletes the RUN if it does nothing but the change, with the comments above it.
fn delete_whole_run(
    cx: &RuleChecker<'_>,
    change: &LateChange<'_, '_>,
) -> Result<RemovedChange, FoldObstacle> {
    let run = change.run;
    let script = &run.script;
    let alone = matches!(script.list.as_slice(), [item] if matches!(item.node, ListNode::Command(_)) && !item.negated)
        && script.commands.len() == 1
        && script.end.is_none();
    if !alone {
        return Err("the `RUN` has other commands".to_string());
    }
    check_flag_equivalence(change)?;
    let removal = instruction_edit::remove_lines_with_comments(cx, run.outer);
    let (edit, comments) = removal.ok_or("a comment about it would remain")?;
    Ok(RemovedChange { edits: vec![edit], doubt: None, comments })
}

/// Removes the change from its RUN, or the whole RUN if it does nothing else. It is unknown whether the other
/// commands depend on the change.
pub(crate) fn remove_change_from_run(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    change: &LateChange<'_, '_>,
) -> Result<RemovedChange, FoldObstacle> {
    let list = &change.run.script.list;
    let place = |item: &crate::shell::ListItem| {
        matches!(item.node, ListNode::Command(at)
            if change.run.script.commands.get(at).is_some_and(|own| std::ptr::eq(own, change.command)))
    };
    let Some(at) = list.iter().position(place).filter(|_| list.len() > 1) else {
        return delete_whole_run(cx, change);
    };
    check_flag_equivalence(change)?;
    let step = drafts.steps.get(change.step).ok_or("the `RUN` is not found")?;
    let before = &step.commands;
    for one in before.iter().take_while(|one| !std::ptr::eq(one.command, change.command)) {
        if affects_paths(one, &change.paths) == Some(true) {
            let name = quote_excerpt(one.command.name.as_deref().unwrap_or("a command"));
            return Err(format!("{name} in the same `RUN` may use the files first"));
        }
    }
    let edits = removal_edits(change.run, &BTreeSet::from([at]), cx.file.source);
    let edits = edits.ok_or("the rest of the `RUN` would behave differently without it")?;
    let rest = before.iter().filter(|one| !std::ptr::eq(one.command, change.command));
    let is_change = |one: &LocatedCommand<'_>| one.command.is_any(&["chmod", "chown", "chgrp"]);
    let may_depend =
        |one: &LocatedCommand<'_>| !is_change(one) && affects_paths(one, &change.paths) != Some(false);
    let doubt = if rest.clone().any(may_depend) {
        Some("the rest of the `RUN` may depend on the change".to_string())
    } else {
        rest.clone().any(is_change).then(|| "the `RUN` also changes other modes or owners".to_string())
    };
    Ok(RemovedChange { edits, doubt, comments: String::new() })
}

/// Checks that a flag of COPY has the same effect.
fn check_flag_equivalence(change: &LateChange<'_, '_>) -> Result<(), FoldObstacle> {
    let run = change.run;
    if run.onbuild {
        return Err(instruction_edit::FIRED.to_string());
    }
    if !change.command.redirections.is_empty() {
        return Err("the command has a redirection".to_string());
    }
    if !change.command.assignments.is_empty() {
        return Err("the command sets variables".to_string());
    }
    if !run.instruction.flags.is_empty() {
        return Err("the `RUN` has flags".to_string());
    }
    if !run.instruction.heredocs.is_empty() {
        return Err("the `RUN` has a heredoc".to_string());
    }
    if let Some(option) = change.option {
        return Err(format!("`COPY` has no equivalent of `{}`", option.text));
    }
    if !change.complete || !change.value.literal {
        return Err("the arguments contain variables or wildcards".to_string());
    }
    Ok(())
}

/// The instructions that get the flag, if all of them are in the stage of the change and do not have it already.
pub(crate) fn copies_for_flag<'a>(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, 'a>,
    change: &LateChange<'_, '_>,
    flag: &str,
) -> Result<Vec<(usize, &'a Instruction<'a>)>, FoldObstacle> {
    let stage = drafts.steps.get(change.step).map(|draft| draft.stage);
    let mut copies: Vec<(usize, &Instruction<'a>)> = Vec::new();
    for copied in &change.of {
        let Some(draft) = drafts.steps.get(copied.step) else { continue };
        if copies.iter().any(|(step, _)| *step == copied.step) {
            continue;
        }
        let copy = draft.instruction;
        let at = start_line(cx, draft.anchor);
        if draft.fired || Some(draft.stage) != stage {
            return Err(format!("line {at} is in a different stage, which other stages may use"));
        }
        for own in ["chmod", "chown", "link"] {
            if copy.flag(own).is_some() && (own == flag || own == "link") {
                return Err(format!("line {at} already has `--{own}`"));
            }
        }
        let Arguments::Paths(paths) = &copy.arguments else { continue };
        if paths
            .sources
            .iter()
            .any(|source| matches!(source, Source::Path(word) if word.text.contains(['*', '?', '['])))
            && flag == "chmod"
        {
            return Err(format!("the files that line {at} adds are unknown"));
        }
        copies.push((copied.step, copy));
    }
    Ok(copies)
}

/// Adds the flag after the keyword and existing flags.
pub(crate) fn add_flag(copy: &Instruction<'_>, flag: &str) -> Edit {
    let end = copy.flags.last().map_or(copy.keyword.span.end, |flag| flag.span.end);
    Edit::insert(end, format!(" {flag}"))
}

/// Checks the steps between two steps of a stage: an error if one uses these paths, a doubt if one may use them.
/// `passes`: the steps that add the files.
pub(crate) fn check_steps_between(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    range: std::ops::Range<usize>,
    passes: &[usize],
    paths: &[String],
) -> Result<Option<String>, FoldObstacle> {
    let mut doubt = None;
    let steps = drafts.steps.iter().enumerate().take(range.end).skip(range.start);
    for (_, draft) in steps.filter(|(id, _)| !passes.contains(id)) {
        let at = start_line(cx, draft.anchor);
        match draft.instruction.kind {
            Kind::Copy | Kind::Add => {
                let to = draft.destination.as_deref();
                let near = to
                    .is_none_or(|to| paths.iter().any(|path| pattern_covers(to.trim_end_matches('/'), path)));
                if near && !adds_other_files(draft.instruction, to, paths) {
                    return Err(format!("line {at} may add it, too"));
                }
            }
            Kind::Run => {
                for one in &draft.commands {
                    let name = one.command.name.as_deref().unwrap_or("a command");
                    match affects_paths(one, paths) {
                        Some(true) => return Err(format!("`{name}` on line {at} may use it first")),
                        Some(false) => {}
                        None => {
                            doubt = doubt.or_else(|| Some(format!("`{name}` on line {at} may use it")));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(doubt)
}

/// Whether a COPY into the directory of a path only copies files with other names.
fn adds_other_files(copy: &Instruction<'_>, to: Option<&str>, paths: &[String]) -> bool {
    let (Arguments::Paths(words), Some(to)) = (&copy.arguments, to) else { return false };
    let names = words.sources.iter().map(|source| {
        let text = source.word().text.trim_matches(['"', '\'']);
        let name = base_name(text);
        (name.trim_start_matches('.').contains('.') && !text.contains(['$', '*', '?', '['])).then_some(name)
    });
    let names: Option<Vec<&str>> = names.collect();
    names.is_some_and(|names| {
        let target = |name: &str| format!("{}/{name}", to.trim_end_matches('/'));
        !paths.iter().any(|path| {
            path == to
                || names
                    .iter()
                    .any(|name| *path == target(name) || target(name).starts_with(&format!("{path}/")))
        })
    })
}

/// Whether a command reads or writes one of the paths; `None` if that is not known.
fn affects_paths(one: &LocatedCommand<'_>, paths: &[String]) -> Option<bool> {
    if one.effects.unknown {
        return None;
    }
    if let Some(call) = &one.effects.packages {
        let system = fetches_for_system(call.manager);
        // Packages of a distribution only write to system directories, except for settings.
        if system {
            return Some(paths.iter().any(|path| paths_overlap("/etc", path)));
        }
        let far =
            one.effects.reads != PathSet::Anything && !paths.iter().any(|path| one.may_create_below(path));
        return far.then_some(false);
    }
    let all = [&one.effects.reads, &one.effects.writes, &one.effects.deletes];
    let own = |known: &PathSet| {
        one.absolute_paths(known).iter().any(|own| paths.iter().any(|path| paths_overlap(own, path)))
    };
    if all.into_iter().any(own) {
        return Some(true);
    }
    // Paths that are unknown here may be any path.
    let is_disjoint = |known: &PathSet| match known {
        PathSet::Known(list) => one.absolute_paths(known).len() == list.len(),
        PathSet::None => true,
        PathSet::Anything => false,
    };
    all.into_iter().all(is_disjoint).then_some(false)
}

/// Whether a directory certainly exists before a COPY. A directory that the COPY creates also gets the mode and
/// owner.
pub(crate) fn directory_exists(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    directory: &str,
    copy: usize,
) -> bool {
    let scratch = drafts.steps.get(copy).is_none_or(|draft| {
        cx.semantics.stage_chain(draft.stage).last().is_none_or(|stage| stage.base == StageBaseKind::Scratch)
    });
    directory.is_empty()
        || (STANDARD_DIRECTORIES.contains(&directory) && !scratch)
        || is_created_before(cx, drafts, directory, copy)
}

/// Whether the file creates the directory before a COPY of its stage.
pub(crate) fn is_created_before(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    directory: &str,
    copy: usize,
) -> bool {
    let Some(stage) = drafts.steps.get(copy).map(|draft| draft.stage) else { return false };
    let chain: Vec<usize> = cx.semantics.stage_chain(stage).map(|stage| stage.index).collect();
    let before = drafts.steps.iter().take(copy).filter(|draft| chain.contains(&draft.stage));
    before.into_iter().any(|draft| match draft.instruction.kind {
        Kind::Workdir => draft.destination.as_deref().is_some_and(|path| pattern_covers(directory, path)),
        Kind::Run => draft.commands.iter().any(|one| {
            one.command.is("mkdir")
                && one.command.place == CommandPlace::Top
                && one.absolute_paths(&one.effects.writes).iter().any(|path| pattern_covers(directory, path))
        }),
        _ => false,
    })
}
