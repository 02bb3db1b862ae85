//! A change of mode or owner, made by the COPY that brings the files: what the two have in common.

use std::collections::BTreeSet;

use super::place;
use super::trim::without_elements;
use crate::diagnostic::{Edit, Fix};
use crate::optimize::{Cause, Drafts, LateChange, Located, covers, late_changes, located, overlaps};
use crate::rule::Checker;
use crate::semantic::Base;
use crate::semantic::effects::Paths;
use crate::semantic::managers::fetches_for_system;
use crate::shell::{ListNode, Place};
use crate::syntax::{Arguments, Instruction, Kind, Source, quoted};

/// Why a change cannot be folded, in words about the file.
pub type Refusal = String;

/// The line on which an instruction begins, from 1.
pub fn line(cx: &Checker<'_>, instruction: &Instruction<'_>) -> u32 {
    cx.semantics.line(instruction.span.start)
}

type Maker = fn(&Checker<'_>, &Drafts<'_, '_>, &LateChange<'_, '_>) -> Result<Fix, Refusal>;

/// Reports each change by one of these programs, with the fix or why there is none.
pub fn report(cx: &mut Checker<'_>, programs: &[&str], what: &str, help: &str, fix: Maker) {
    let semantics = cx.semantics;
    let asked = |run: &crate::semantic::Run<'_>| {
        run.ships && run.script.commands.iter().any(|command| command.is_any(programs))
    };
    if !semantics.runs.iter().any(asked) {
        return;
    }
    let Some(outline) = cx.outline() else { return };
    let drafts = &outline.drafts;
    for change in late_changes(outline) {
        let fired = drafts.steps.get(change.step).is_none_or(|draft| draft.fired);
        if fired || !change.command.is_any(programs) {
            continue;
        }
        let made = fix(cx, drafts, &change);
        let of = change.of.first();
        let at = of.and_then(|of| drafts.steps.get(of.step)).map_or(0, |draft| line(cx, draft.anchor));
        let path =
            of.map_or("", |of| if of.tree { change.paths.first().map_or("", |path| path) } else { &of.path });
        let message = format!("{what} {} from line {at} a second time", quoted(path));
        let saved = cx.wasted(change.run.instruction, Cause::CopiedUp, None);
        let help = cx.help_with_saving(help, saved);
        let found = cx.report(change.run.outer, change.command.name_span(), message).help(help);
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.refuse(reason),
        };
    }
}

/// The change taken out of its RUN.
#[derive(Debug, Default)]
pub struct TakenOut {
    pub edits: Vec<Edit>,
    /// Why the rest of the RUN may not be the same without it.
    pub doubt: Option<String>,
    /// Lines of comments that stood above the RUN, all of which is deleted.
    comments: String,
}

impl TakenOut {
    /// The comments put above the COPY that does the change now.
    ///
    /// # Errors
    /// Why they cannot be.
    pub fn keep_comments(&mut self, cx: &Checker<'_>, copy: &Instruction<'_>) -> Result<(), Refusal> {
        if !self.comments.is_empty() {
            let comments = std::mem::take(&mut self.comments);
            let edit = place::comments_above(cx, copy, comments);
            self.edits.push(edit.ok_or("a comment about it would remain")?);
        }
        Ok(())
    }
}

/// The RUN deleted, where it does nothing but the change; and the comments above it.
fn sole(cx: &Checker<'_>, change: &LateChange<'_, '_>) -> Result<TakenOut, Refusal> {
    let run = change.run;
    let script = &run.script;
    let alone = matches!(script.list.as_slice(), [item] if matches!(item.node, ListNode::Command(_)) && !item.negated)
        && script.commands.len() == 1
        && script.end.is_none();
    if !alone {
        return Err("its `RUN` does more than that".to_string());
    }
    can_be_flag(change)?;
    let removal = place::removal_with_comments(cx, run.outer);
    let (edit, comments) = removal.ok_or("a comment about it would remain")?;
    Ok(TakenOut { edits: vec![edit], doubt: None, comments })
}

/// The change taken out of its RUN: all of that deleted, where it does nothing else. With the others, whether they
/// would notice is not known.
pub fn taken_out(
    cx: &Checker<'_>,
    drafts: &Drafts<'_, '_>,
    change: &LateChange<'_, '_>,
) -> Result<TakenOut, Refusal> {
    let list = &change.run.script.list;
    let place = |item: &crate::shell::ListItem| {
        matches!(item.node, ListNode::Command(at)
            if change.run.script.commands.get(at).is_some_and(|own| std::ptr::eq(own, change.command)))
    };
    let Some(at) = list.iter().position(place).filter(|_| list.len() > 1) else {
        return sole(cx, change);
    };
    can_be_flag(change)?;
    let step = drafts.steps.get(change.step).ok_or("its `RUN` is not found")?;
    let before = located(step, cx.file.source);
    for one in before.iter().take_while(|one| !std::ptr::eq(one.command, change.command)) {
        if concerns(one, &change.paths) == Some(true) {
            let name = quoted(one.command.name.as_deref().unwrap_or("a command"));
            return Err(format!("{name} in its `RUN` may use it first"));
        }
    }
    let edits = without_elements(change.run, &BTreeSet::from([at]), cx.file.source);
    let edits = edits.ok_or("the rest of its `RUN` would behave differently without it")?;
    let rest = before.iter().filter(|one| !std::ptr::eq(one.command, change.command));
    let is_far = |one: &Located<'_>| {
        !one.command.is_any(&["chmod", "chown", "chgrp"]) && concerns(one, &change.paths) == Some(false)
    };
    let notices = !rest.clone().all(is_far);
    let doubt = notices.then(|| "the rest of its `RUN` may depend on the change".to_string());
    Ok(TakenOut { edits, doubt, comments: String::new() })
}

/// Whether a flag of COPY can say the same.
fn can_be_flag(change: &LateChange<'_, '_>) -> Result<(), Refusal> {
    let run = change.run;
    if run.onbuild {
        return Err(place::FIRED.to_string());
    }
    if !change.command.redirections.is_empty() || !change.command.assignments.is_empty() {
        return Err("it has a redirection or variables of its own".to_string());
    }
    if !run.instruction.flags.is_empty() || !run.instruction.heredocs.is_empty() {
        return Err("its `RUN` has flags or a heredoc".to_string());
    }
    if let Some(option) = change.option {
        return Err(format!("`COPY` has no equivalent of `{}`", option.text));
    }
    if !change.complete || !change.value.literal {
        return Err("the paths that it changes are not literal".to_string());
    }
    Ok(())
}

/// The instructions that take the flag, where it is theirs to take: in the stage of the change, without one of
/// their own.
pub fn copies<'a>(
    cx: &Checker<'_>,
    drafts: &Drafts<'_, 'a>,
    change: &LateChange<'_, '_>,
    flag: &str,
) -> Result<Vec<(usize, &'a Instruction<'a>)>, Refusal> {
    let stage = drafts.steps.get(change.step).map(|draft| draft.stage);
    let mut copies: Vec<(usize, &Instruction<'a>)> = Vec::new();
    for brought in &change.of {
        let Some(draft) = drafts.steps.get(brought.step) else { continue };
        if copies.iter().any(|(step, _)| *step == brought.step) {
            continue;
        }
        let copy = draft.instruction;
        let at = line(cx, draft.anchor);
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
        copies.push((brought.step, copy));
    }
    Ok(copies)
}

/// The flag behind the keyword and the flags that are there.
pub fn with_flag(copy: &Instruction<'_>, flag: &str) -> Edit {
    let end = copy.flags.last().map_or(copy.keyword.span.end, |flag| flag.span.end);
    Edit::insert(end, format!(" {flag}"))
}

/// What stands between two steps of a stage and may have to do with these paths: an error for what does, a doubt
/// for what may. `passes`: steps that bring the files.
pub fn between(
    cx: &Checker<'_>,
    drafts: &Drafts<'_, '_>,
    range: std::ops::Range<usize>,
    passes: &[usize],
    paths: &[String],
) -> Result<Option<String>, Refusal> {
    let mut doubt = None;
    let steps = drafts.steps.iter().enumerate().take(range.end).skip(range.start);
    for (_, draft) in steps.filter(|(id, _)| !passes.contains(id)) {
        let at = line(cx, draft.anchor);
        match draft.instruction.kind {
            Kind::Copy | Kind::Add => {
                let to = draft.destination.as_deref();
                let near =
                    to.is_none_or(|to| paths.iter().any(|path| covers(to.trim_end_matches('/'), path)));
                if near && !brings_others(draft.instruction, to, paths) {
                    return Err(format!("line {at} may add it, too"));
                }
            }
            Kind::Run => {
                for one in located(draft, cx.file.source) {
                    let name = one.command.name.as_deref().unwrap_or("a command");
                    match concerns(&one, paths) {
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

/// Whether a COPY into the folder of a path brings files of other names only.
fn brings_others(copy: &Instruction<'_>, to: Option<&str>, paths: &[String]) -> bool {
    let (Arguments::Paths(words), Some(to)) = (&copy.arguments, to) else { return false };
    let names = words.sources.iter().map(|source| {
        let text = source.word().text.trim_matches(['"', '\'']);
        let name = text.rsplit('/').next().unwrap_or_default();
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

/// Whether a command reads or writes one of the paths; `None` where that is not known.
fn concerns(one: &Located<'_>, paths: &[String]) -> Option<bool> {
    if one.effects.unknown {
        return None;
    }
    if let Some(call) = &one.effects.packages {
        let system = fetches_for_system(call.manager);
        // Packages of a distribution keep out of where other files are put, but for settings.
        if system {
            return Some(paths.iter().any(|path| overlaps("/etc", path)));
        }
        let far = one.effects.reads != Paths::Anything && !paths.iter().any(|path| one.may_make_below(path));
        return far.then_some(false);
    }
    let all = [&one.effects.reads, &one.effects.writes, &one.effects.deletes];
    let own =
        |known: &Paths| one.absolute(known).iter().any(|own| paths.iter().any(|path| overlaps(own, path)));
    if all.into_iter().any(own) {
        return Some(true);
    }
    // Paths that cannot be told from here count as any.
    let told = |known: &Paths| match known {
        Paths::Known(list) => one.absolute(known).len() == list.len(),
        Paths::None => true,
        Paths::Anything => false,
    };
    all.into_iter().all(told).then_some(false)
}

/// Whether a folder is there before a COPY, for certain. One that the COPY makes gets the mode and owner, too.
pub fn is_there(cx: &Checker<'_>, drafts: &Drafts<'_, '_>, folder: &str, copy: usize) -> bool {
    const OF_SYSTEM: [&str; 18] = [
        "",
        "/bin",
        "/etc",
        "/home",
        "/lib",
        "/mnt",
        "/opt",
        "/root",
        "/sbin",
        "/srv",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/sbin",
        "/var",
    ];
    let scratch = drafts.steps.get(copy).is_none_or(|draft| {
        cx.semantics.chain(draft.stage).last().is_none_or(|stage| stage.base == Base::Scratch)
    });
    folder.is_empty() || (OF_SYSTEM.contains(&folder) && !scratch) || existed(cx, drafts, folder, copy)
}

/// Whether something of the file makes the folder before a COPY of its stage.
pub fn existed(cx: &Checker<'_>, drafts: &Drafts<'_, '_>, folder: &str, copy: usize) -> bool {
    let Some(stage) = drafts.steps.get(copy).map(|draft| draft.stage) else { return false };
    let chain: Vec<usize> = cx.semantics.chain(stage).map(|stage| stage.index).collect();
    let before = drafts.steps.iter().take(copy).filter(|draft| chain.contains(&draft.stage));
    before.into_iter().any(|draft| match draft.instruction.kind {
        Kind::Workdir => draft.destination.as_deref().is_some_and(|path| covers(folder, path)),
        Kind::Run => located(draft, cx.file.source).iter().any(|one| {
            one.command.is("mkdir")
                && one.command.place == Place::Top
                && one.absolute(&one.effects.writes).iter().any(|path| covers(folder, path))
        }),
        _ => false,
    })
}
