//! Replaces `RUN chown` with `--chown` of the COPYs that add the files.

use super::fold_into_copy::{
    FoldObstacle, add_flag, check_steps_between, copies_for_flag, directory_exists, remove_change_from_run,
    start_line,
};
use super::instruction_edit;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::{CopiedFiles, LateChange, StepDrafts, paths_overlap, pattern_covers};
use crate::rule::RuleChecker;
use crate::semantic::effects::PathSet;
use crate::semantic::managers::fetches_for_system;
use crate::semantic::{archive, build::is_http};
use crate::syntax::{Arguments, Instruction, Kind, quote_excerpt};

/// Sets the owner in the COPYs, and that of the directory itself with a `chown` before them; or returns the reason
/// why the result would differ.
pub(crate) fn set_owner_in_copy(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    change: &LateChange<'_, '_>,
) -> Result<Fix, FoldObstacle> {
    let mut taken = remove_change_from_run(cx, drafts, change)?;
    let run_doubt = taken.doubt.take();
    let copies = copies_for_flag(cx, drafts, change, "chown")?;
    if let Some((_, copy)) = copies.first() {
        taken.keep_comments(cx, copy)?;
    }
    let mut edits = taken.edits;
    let (owner, named) = flag_value_of_change(change, &copies)?;
    let (Some((first, _)), passes) =
        (copies.first(), copies.iter().map(|(step, _)| *step).collect::<Vec<_>>())
    else {
        return Err("no `COPY` copies it".to_string());
    };
    let mut proof = vec![match run_doubt {
        None => format!("line {} only changes the owner", start_line(cx, change.run.outer)),
        Some(_) => format!("the rest of line {} remains", start_line(cx, change.run.outer)),
    }];
    for (step, copy) in &copies {
        check_whole_copy_changed(cx, change, *step, copy)?;
        proof.push(format!("the change applies to everything that line {} copies", start_line(cx, copy)));
    }
    if let Some(over) = change.maybe.first() {
        let over = drafts.steps.get(over.step).map_or(0, |draft| start_line(cx, draft.anchor));
        return Err(format!("line {over} may copy some of it, too"));
    }
    let mut kept = Vec::new();
    for target in &change.paths {
        // The COPYs that add parts of this path, the first of which creates it.
        let mut own = copies.iter().filter(|(step, _)| adds_files_at(change, *step, target));
        let Some((own_first, copy)) = own.next() else {
            return Err(format!("no `COPY` copies {}", quote_excerpt(target)));
        };
        if let Some(parent) = target.rsplit_once('/').map(|(parent, _)| parent)
            && !directory_exists(cx, drafts, parent, *own_first)
        {
            return Err(format!(
                "the directory {}, which the `COPY` creates, would get the owner, too",
                quote_excerpt(parent)
            ));
        }
        if change.recursive {
            check_other_writers(cx, drafts, change, target, &passes)?;
            if directory_exists(cx, drafts, target, *own_first) || target == "/usr/src" {
                kept.push((copy, target.as_str()));
            }
        }
    }
    let doubt = check_steps_between(cx, drafts, *first..change.step, &passes, &change.paths)?.or(run_doubt);
    check_same_accounts(cx, drafts, change, *first, named)?;
    let owner_word = quote_excerpt(&change.value.text);
    proof.push(if named {
        format!("{owner_word} is known there because no account is created in between")
    } else {
        format!("{owner_word} is a numeric ID")
    });
    edits.extend(copies.iter().map(|(_, copy)| add_flag(copy, &format!("--chown={owner}"))));
    let known_base = drafts.steps.get(change.step).and_then(|draft| cx.semantics.base_image(draft.stage));
    for (copy, target) in kept {
        edits.push(
            chown_directory_alone(cx, change, copy, target).ok_or("the arguments are split over lines")?,
        );
        proof.push(format!("{} already exists, so its `chown` is kept", quote_excerpt(target)));
    }
    edits.sort();
    let title = format!("use `COPY --chown={owner}`");
    let missing = match (doubt, known_base) {
        (Some(doubt), _) => Some(doubt),
        (None, None) if change.recursive => {
            let target = change.paths.first().map_or("", |path| path);
            Some(format!("the base image may have files in {}", quote_excerpt(target)))
        }
        _ => None,
    };
    let fix = match missing {
        Some(missing) => Fix::new(Applicability::Suggestion, title, edits).with_risk(missing),
        None => Fix::new(Applicability::UnsafeMid, title, edits)
            .with_risk("the owner may be another user at the `COPY`"),
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

/// Whether a COPY adds files at or below the path.
fn adds_files_at(change: &LateChange<'_, '_>, step: usize, target: &str) -> bool {
    let is_below = |copied: &CopiedFiles| pattern_covers(target, &copied.path);
    change.all.iter().any(|copied| copied.step == step && is_below(copied))
}

/// The value of the flag, and whether it is a name that must be looked up.
fn flag_value_of_change(
    change: &LateChange<'_, '_>,
    copies: &[(usize, &Instruction<'_>)],
) -> Result<(String, bool), FoldObstacle> {
    let text = change.value.text.as_str();
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    if !change.command.is("chown") {
        return Err("`--chown` cannot change the group alone".to_string());
    }
    let (user, group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (text, None),
    };
    if !is_name(user) || !group.is_none_or(is_name) {
        return Err(format!("{} depends on the accounts in the image", quote_excerpt(text)));
    }
    let named = !is_number(user) || !group.is_none_or(is_number);
    match group {
        Some(group) => Ok((format!("{user}:{group}"), named)),
        // Files from the context belong to the group root, which `--chown` without a group would also change.
        None if copies.iter().all(|(_, copy)| copy.flag("from").is_none()) => {
            Ok((format!("{user}:0"), named))
        }
        None => Err("the group of files from another stage is unknown".to_string()),
    }
}

/// Checks that all files that a COPY adds are changed.
fn check_whole_copy_changed(
    cx: &RuleChecker<'_>,
    change: &LateChange<'_, '_>,
    step: usize,
    copy: &Instruction<'_>,
) -> Result<(), FoldObstacle> {
    let at = start_line(cx, copy);
    let Arguments::Paths(paths) = &copy.arguments else {
        return Err(format!("line {at} has a syntax error"));
    };
    let unpacks = |text: &str| archive::may_be_unpacked(text) || is_http(text) || text.contains('$');
    if copy.kind == Kind::Add && paths.sources.iter().any(|source| unpacks(&source.word().text)) {
        return Err(format!("line {at} may unpack an archive, whose files have their own owners"));
    }
    let is_changed = |copied: &CopiedFiles| {
        change.paths.iter().any(|target| {
            if change.recursive {
                pattern_covers(target, &copied.path)
            } else {
                !copied.tree && copied.path == *target
            }
        })
    };
    let outside = change.all.iter().filter(|copied| copied.step == step).find(|copied| !is_changed(copied));
    match outside {
        Some(other) => {
            Err(format!("line {at} also copies {}, whose owner must not change", quote_excerpt(&other.path)))
        }
        None => Ok(()),
    }
}

/// Maximum number of steps before the change that are compared with it, to limit the time for long files.
const FAR: usize = 500;

/// Refuses the fix if other steps created files below the target.
fn check_other_writers(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    change: &LateChange<'_, '_>,
    target: &str,
    passes: &[usize],
) -> Result<(), FoldObstacle> {
    const SYSTEM_DIRECTORIES: [&str; 14] = [
        "bin", "boot", "dev", "etc", "home", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp",
        "var",
    ];
    let first = target.trim_start_matches('/').split('/').next().unwrap_or_default();
    let in_usr = first == "usr" && !pattern_covers("/usr/src", target);
    if first.is_empty() || in_usr || SYSTEM_DIRECTORIES.contains(&first) {
        return Err(format!("files of the base image in {} would keep their owner", quote_excerpt(target)));
    }
    let below = |path: &str| pattern_covers(target, path) && path.trim_end_matches('/') != target;
    if change.step > FAR {
        return Err("too many instructions come before it".to_string());
    }
    let own = drafts.steps.get(change.step).map(|own| own.stage);
    for (id, draft) in drafts.steps.iter().enumerate().take(change.step) {
        let in_chain = own.is_some_and(|own| cx.semantics.is_built_on(own, draft.stage));
        if !in_chain || passes.contains(&id) {
            continue;
        }
        let at = start_line(cx, draft.anchor);
        match draft.instruction.kind {
            Kind::Workdir if draft.destination.as_deref().is_none_or(below) => {
                return Err(format!("the directory from line {at} would keep its owner"));
            }
            Kind::Run => {
                for one in &draft.commands {
                    let name = one.command.name.as_deref().unwrap_or("a command");
                    if one.effects.unknown {
                        return Err(format!("the files that `{name}` writes on line {at} are unknown"));
                    }
                    let written = [&one.effects.writes];
                    let own: Vec<String> =
                        written.iter().flat_map(|paths| one.absolute_paths(paths)).collect();
                    let is_target = one.command.is("mkdir") && own.iter().all(|path| !below(path));
                    if !is_target && one.may_create_below(target) {
                        return Err(format!(
                            "files that `{name}` writes there on line {at} would keep their owner"
                        ));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses the fix if accounts may be created, or the user changes, between the first COPY and the change.
fn check_same_accounts(
    cx: &RuleChecker<'_>,
    drafts: &StepDrafts<'_, '_>,
    change: &LateChange<'_, '_>,
    first: usize,
    named: bool,
) -> Result<(), FoldObstacle> {
    for (step, draft) in drafts.steps.iter().enumerate().take(change.step + 1).skip(first) {
        let at = start_line(cx, draft.anchor);
        if draft.instruction.kind == Kind::User {
            return Err(format!("the user changes on line {at}"));
        }
        if !named || draft.instruction.kind != Kind::Run {
            continue;
        }
        // In the step of the change itself, only the commands before it count.
        let end = if step == change.step { change.command.span.start } else { u32::MAX };
        for one in draft.commands.iter().filter(|one| one.command.span.start < end) {
            let installs = one.effects.packages.as_ref().is_some_and(|call| fetches_for_system(call.manager));
            let own = one.absolute_paths(&one.effects.writes);
            let accounts = own
                .iter()
                .any(|path| paths_overlap("/etc/passwd", path) || paths_overlap("/etc/group", path));
            let anything = one.effects.packages.is_none() && one.effects.writes == PathSet::Anything;
            if installs || accounts || anything {
                let owner = quote_excerpt(&change.value.text);
                return Err(if step == change.step {
                    format!("{owner} may be created by the same `RUN`")
                } else {
                    format!("{owner} may exist only after line {at}")
                });
            }
        }
    }
    Ok(())
}

/// The same change without `-R`, only for this path, on a line above the COPY.
fn chown_directory_alone(
    cx: &RuleChecker<'_>,
    change: &LateChange<'_, '_>,
    copy: &Instruction<'_>,
    target: &str,
) -> Option<Edit> {
    let source = cx.file.source;
    let value = std::str::from_utf8(change.value.span.bytes(source)).ok()?;
    let operands = change.command.operands().filter(|word| !std::ptr::eq(*word, change.value));
    let operands: Vec<_> = operands.collect();
    let at = change.paths.iter().position(|path| path == target)?;
    // The operand as written, if each operand is one of the paths.
    let operand = operands.get(at).filter(|_| operands.len() == change.paths.len())?;
    let operand = std::str::from_utf8(operand.span.bytes(source)).ok()?;
    let place = if operand.starts_with('/') { operand } else { target };
    let words = format!("chown {value} {place}");
    let keyword = std::str::from_utf8(change.run.instruction.keyword.span.bytes(source)).ok()?;
    let at = instruction_edit::line_start_above(cx, copy);
    let line = source.get(at as usize..)?;
    let spaces = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indentation = std::str::from_utf8(line.get(..spaces)?).ok()?;
    (!words.contains(['\n', '\\'])).then(|| Edit::insert(at, format!("{indentation}{keyword} {words}\n")))
}
