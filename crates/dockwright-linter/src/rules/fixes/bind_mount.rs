//! Files that a COPY adds and the next RUN deletes after use are mounted instead, so that no layer contains
//! them.

use std::collections::BTreeSet;

use super::fold_into_copy::{check_steps_between, is_created_before, start_line};
use super::instruction_edit;
use super::removal_edits::{removal_edits, remove_word};
use super::run_edit::add_run_flags;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::{LateDeletion, StepDraft, paths_overlap};
use crate::optimize::{LocatedCommand, StepDrafts, pattern_covers};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::PathSet;
use crate::semantic::paths::base_name;
use crate::shell::{ListNode, ParseOutcome, ShellCommand};
use crate::syntax::{Kind, quote_excerpt};

/// The maximum number of instructions between a COPY and the RUN that deletes its files.
const FAR: usize = 30;

/// A file or directory of the context, and where it is mounted.
struct MountableSource<'s, 'a> {
    copy: &'s StepDraft<'s, 'a>,
    step: usize,
    source: String,
    target: String,
    /// The directory that the COPY creates for it.
    made: Option<String>,
}

/// Replaces the COPYs with mounts of the RUN, and removes the commands that delete the files.
///
/// # Errors
/// The text gives the reason why a mount cannot replace them.
pub(crate) fn mount_copied_files(cx: &RuleChecker<'_>, deletion: &LateDeletion<'_>) -> Result<Fix, String> {
    if !cx.options.builder.has_cache_mounts() {
        return Err("the builder is not BuildKit".to_string());
    }
    let drafts = &cx.outline().ok_or("the steps of the file are unknown")?.drafts;
    let place = |one: &&crate::syntax::Instruction<'_>| {
        drafts.steps.iter().position(|step| std::ptr::eq(step.instruction, *one))
    };
    let at = place(&deletion.run).ok_or("the `RUN` is not found")?;
    let step = drafts.steps.get(at).ok_or("the `RUN` is not found")?;
    let run =
        step.run.filter(|run| !run.onbuild && !step.fired).ok_or("the instruction comes from `ONBUILD`")?;
    if run.script.reading != ParseOutcome::Complete || !run.instruction.heredocs.is_empty() {
        return Err("the `RUN` contains a heredoc or a syntax error".to_string());
    }
    let mut all: Vec<MountableSource<'_, '_>> = Vec::new();
    for copy in &deletion.of {
        let copy = place(copy)
            .filter(|copy| at - copy <= FAR)
            .ok_or("too many instructions are between the `COPY` and the `RUN`")?;
        all.push(find_mountable_source(cx, drafts, copy, step)?);
    }
    let targets: Vec<String> = all.iter().map(|one| one.target.clone()).collect();
    let first = all.iter().map(|one| one.step).min().ok_or("no `COPY` copies it")?;
    let steps: Vec<usize> = all.iter().map(|one| one.step).collect();
    let mut doubt = check_steps_between(cx, drafts, first..at, &steps, &targets)?;
    let mut edits = remove_deletion(cx, run, step, &all)?;
    for one in &step.commands {
        let own = check_mount_use(one, &targets)?;
        doubt = doubt.or(own);
    }
    let mut mounts = Vec::new();
    let mut proof = Vec::new();
    for one in &all {
        let removal = instruction_edit::remove_lines(cx, one.copy.anchor);
        edits.push(removal.ok_or("a comment above the `COPY` would remain")?);
        mounts.push(format!("--mount=type=bind,source={},target={}", one.source, one.target));
        let (copy, of) = (start_line(cx, one.copy.anchor), start_line(cx, run.outer));
        proof.push(format!("everything that line {copy} copies is deleted on line {of}"));
    }
    edits.extend(add_run_flags(cx, run, &mounts, false));
    // The mounts come before an edit of the first command.
    edits.sort_by_key(|edit| (edit.span, !edit.text.starts_with("--mount")));
    proof.push("the builder supports mounts".to_string());
    let title = "mount it in the `RUN` that uses it";
    let fix = match doubt {
        None => {
            proof.push("nothing in between uses it, and the `RUN` does not write to it".to_string());
            Fix::new(Applicability::UnsafeLow, title, edits)
                .with_risk("every builder of this file must support mounts")
        }
        Some(doubt) => Fix::new(Applicability::Suggestion, title, edits).with_risk(doubt),
    };
    Ok(proof.into_iter().fold(fix.without_information_loss(), Fix::with_proof))
}

/// The source of the COPY that a mount can provide instead.
fn find_mountable_source<'s, 'a>(
    cx: &RuleChecker<'_>,
    drafts: &'s StepDrafts<'s, 'a>,
    at: usize,
    run: &StepDraft<'_, '_>,
) -> Result<MountableSource<'s, 'a>, String> {
    let copy = drafts.steps.get(at).ok_or("no `COPY` copies it")?;
    if copy.stage != run.stage || copy.fired {
        return Err("a different stage copies it".to_string());
    }
    if copy.instruction.kind != Kind::Copy {
        let is_known = copy.key.reads.iter().all(|read| read.known);
        return Err(if is_known {
            "the instruction is an `ADD`, which may unpack the file".to_string()
        } else {
            "an `ADD` with an unknown source may download the file".to_string()
        });
    }
    let read = match copy.key.reads.as_slice() {
        [read] => read,
        [] => return Err("the copied file is not in the build context".to_string()),
        _ => return Err("the instruction copies several files".to_string()),
    };
    if let Some(flag) = copy.instruction.flags.first() {
        return Err(format!("a mount has no equivalent of `--{}`", flag.name.text));
    }
    if !copy.instruction.heredocs.is_empty() || !copy.key.taken.is_empty() {
        return Err("the instruction also copies a heredoc, or files from a stage".to_string());
    }
    let written = copy.instruction.rest.text.as_ref();
    let odd = |text: &str| text.contains([',', '"', '\'', ' ', '\\']);
    if !read.known || read.is_glob() || read.pattern == "." || written.contains('$') || odd(&read.pattern) {
        return Err("the source of the `COPY` is not a single named file or directory".to_string());
    }
    let to = copy.destination.as_deref().filter(|to| !odd(to)).ok_or("the destination is unknown")?;
    let directory = to.trim_end_matches('/');
    let name = base_name(&read.pattern);
    let below = format!("{directory}/{name}");
    let is_file = is_file(cx, &read.pattern, name);
    let deleted = deleted_paths(run);
    let has = |path: &str| deleted.iter().any(|own| own.trim_end_matches('/') == path);
    let (target, made) = match (to.ends_with('/'), is_file) {
        (_, Some(true) | None) if has(&below) && !has(directory) => (below, None),
        (false, _) | (true, Some(false)) if has(directory) => (directory.to_string(), None),
        (true, Some(true)) if has(directory) => (below, Some(directory.to_string())),
        (true, None) => return Err(format!("{} may be a file or a directory", quote_excerpt(&read.pattern))),
        _ => return Err("the deleted files are not exactly the copied ones".to_string()),
    };
    let mounted = made.as_deref().unwrap_or(&target);
    if mounted.is_empty() || is_created_before(cx, drafts, mounted, at) {
        return Err(format!("{} exists before the `COPY`", quote_excerpt(mounted)));
    }
    Ok(MountableSource { copy, step: at, source: read.pattern.clone(), target, made })
}

/// Whether a path of the context is a file; `None` if that is not known.
fn is_file(cx: &RuleChecker<'_>, path: &str, name: &str) -> Option<bool> {
    if let Some(files) = cx.context {
        return Some(files.all.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok());
    }
    name.trim_start_matches('.').contains('.').then_some(true)
}

/// The paths that `rm` deletes in a RUN.
fn deleted_paths(run: &StepDraft<'_, '_>) -> Vec<String> {
    let commands = &run.commands;
    let removals = commands.iter().filter(|one| one.command.is("rm"));
    removals.flat_map(|one| one.absolute_paths(&one.effects.deletes)).collect()
}

/// Removes the deletion of the mounted files, which would fail.
fn remove_deletion(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    step: &StepDraft<'_, '_>,
    all: &[MountableSource<'_, '_>],
) -> Result<Vec<Edit>, String> {
    let source = cx.file.source;
    let is_mounted = |path: &str| {
        let path = path.trim_end_matches('/');
        all.iter().any(|one| pattern_covers(&one.target, path) || one.made.as_deref() == Some(path))
    };
    let (mut gone, mut edits) = (BTreeSet::new(), Vec::new());
    for (at, one) in step.commands.iter().enumerate().filter(|(_, one)| one.command.is("rm")) {
        let mut words = Vec::new();
        let mut kept = 0;
        for (index, word) in deleted_words(one.command) {
            let paths = one.absolute_paths(&PathSet::from_path(word.text.as_str()));
            let [path] = paths.as_slice() else {
                return Err(format!(
                    "the files that `rm` deletes for {} are unknown",
                    quote_excerpt(&word.text)
                ));
            };
            if is_mounted(path) && word.literal {
                words.push(index);
            } else if all.iter().any(|one| paths_overlap(path, &one.target)) {
                return Err(format!("{} contains the mount and would be deleted", quote_excerpt(&word.text)));
            } else {
                kept += 1;
            }
        }
        if words.is_empty() {
            continue;
        }
        if kept == 0 {
            let element = run.script.list.iter().position(|item| item.node == ListNode::Command(at));
            gone.insert(element.ok_or("the deletion is part of a larger command")?);
            continue;
        }
        for index in words {
            let before = index.checked_sub(1).and_then(|before| one.command.words.get(before));
            let edit = before
                .zip(one.command.words.get(index))
                .and_then(|(before, word)| remove_word(before.span, word.span, source));
            edits.push(edit.ok_or("a comment is next to the deletion")?);
        }
    }
    if gone.len() == run.script.list.len() {
        return Err("the `RUN` contains only the deletion".to_string());
    }
    let elements = removal_edits(run, &gone, source);
    edits.extend(elements.ok_or("the rest of the `RUN` would behave differently without the deletion")?);
    Ok(edits)
}

/// The operands of `rm`, with their places.
fn deleted_words(command: &ShellCommand) -> impl Iterator<Item = (usize, &crate::shell::ShellWord)> {
    command.words.iter().enumerate().skip(command.name_at + 1).filter(|(_, word)| !word.is_flag())
}

/// The effect of a command of the RUN on the mounted files: an error if a mount does not allow it, a doubt if it is
/// unknown.
fn check_mount_use(one: &LocatedCommand<'_>, targets: &[String]) -> Result<Option<String>, String> {
    let name = one.command.name.as_deref().unwrap_or("a command");
    if one.command.is("rm") {
        return Ok(None);
    }
    let within = |directory: &str| targets.iter().any(|target| pattern_covers(target, directory));
    if one.directory.as_deref().is_some_and(within) {
        return Err(format!("{} runs inside the mount, which is read-only", quote_excerpt(name)));
    }
    let doubt = || Some(format!("{} may write to the mounted files", quote_excerpt(name)));
    if one.effects.unknown {
        return Ok(doubt());
    }
    if one.effects.packages.is_some() {
        let makes = targets.iter().any(|target| one.may_create_below(target));
        return Ok(if makes { doubt() } else { None });
    }
    for paths in [&one.effects.writes, &one.effects.deletes] {
        let PathSet::Known(known) = paths else {
            if *paths == PathSet::Anything {
                return Ok(doubt());
            }
            continue;
        };
        let own = one.absolute_paths(paths);
        if own.iter().any(|own| targets.iter().any(|target| paths_overlap(own, target))) {
            return Err(format!("{} changes it", quote_excerpt(name)));
        }
        if own.len() < known.len() {
            return Ok(doubt());
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Applicability;
    use crate::rules::fixes::apply_first_fix::apply_first_fix_below_from;

    /// The result of the fix for a file, with its class; or the reason why there is none.
    fn mounted(text: &str) -> (Option<Applicability>, String) {
        apply_first_fix_below_from(&crate::rules::dw2001::RULE, "python:3.12", text)
    }

    #[test]
    fn mounts_files_deleted_after_use() {
        let (low, shown) = (Some(Applicability::UnsafeLow), Some(Applicability::Suggestion));
        for (text, class, expected) in [
            (
                "COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt && rm /tmp/requirements.txt",
                low,
                "RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt pip install -r /tmp/requirements.txt",
            ),
            (
                "COPY requirements.txt /tmp/r.txt\nENV A=b\nRUN pip install -r /tmp/r.txt \\\n    && rm -rf /tmp/r.txt /root/.cache",
                low,
                "ENV A=b\nRUN --mount=type=bind,source=requirements.txt,target=/tmp/r.txt \\\n    pip install -r /tmp/r.txt \\\n    && rm -rf /root/.cache",
            ),
            (
                "COPY tool.tgz /tmp/tool.tgz\nRUN set -ex; tar -xzf /tmp/tool.tgz -C /opt; rm /tmp/tool.tgz; true",
                low,
                "RUN --mount=type=bind,source=tool.tgz,target=/tmp/tool.tgz set -ex; tar -xzf /tmp/tool.tgz -C /opt; true",
            ),
            (
                "COPY conf/pip.txt /tmp/setup/\nRUN pip install -r /tmp/setup/pip.txt && rm -rf /tmp/setup",
                low,
                "RUN --mount=type=bind,source=conf/pip.txt,target=/tmp/setup/pip.txt pip install -r /tmp/setup/pip.txt",
            ),
            (
                "COPY scripts /tmp/scripts\nRUN bash /tmp/scripts/a.sh && rm -rf /tmp/scripts",
                shown,
                "RUN --mount=type=bind,source=scripts,target=/tmp/scripts bash /tmp/scripts/a.sh",
            ),
            (
                "COPY a.txt /tmp/\nCOPY b.txt /tmp/\nRUN pip install -r /tmp/a.txt -r /tmp/b.txt && rm /tmp/a.txt /tmp/b.txt",
                low,
                "RUN --mount=type=bind,source=a.txt,target=/tmp/a.txt \\\n    --mount=type=bind,source=b.txt,target=/tmp/b.txt \\\n    pip install -r /tmp/a.txt -r /tmp/b.txt",
            ),
        ] {
            assert_eq!(mounted(text), (class, expected.to_string()), "{text}");
        }
    }

    #[test]
    fn states_reasons_against_mount() {
        for (text, reason) in [
            ("COPY a.txt /tmp/\nRUN rm /tmp/a.txt", "contains only the deletion"),
            ("COPY a.sh /tmp/\nRUN chmod +x /tmp/a.sh && /tmp/a.sh && rm /tmp/a.sh", "`chmod` changes it"),
            ("COPY a.txt /tmp/\nRUN cat /tmp/a.txt && rm -rf /tmp/*", "not exactly the copied ones"),
            ("COPY a.txt /tmp/\nRUN cat /tmp/a.txt\nRUN cat /tmp/a.txt && rm /tmp/a.txt", "`cat` on line 3"),
            (
                "COPY --chmod=755 a.txt /tmp/\nRUN cat /tmp/a.txt && rm /tmp/a.txt",
                "has no equivalent of `--chmod`",
            ),
            ("ADD a.tgz /tmp/a.tgz\nRUN ls /tmp && rm -r /tmp/a.tgz", "an `ADD`, which may unpack"),
            (
                "ARG FILE\nADD $FILE /tmp/a.tgz\nRUN ls /tmp && rm -r /tmp/a.tgz",
                "an `ADD` with an unknown source may download",
            ),
            ("COPY a.txt b.txt /tmp/\nRUN cat /tmp/a.txt && rm /tmp/a.txt /tmp/b.txt", "several files"),
            ("COPY *.txt /tmp/x/\nRUN cat /tmp/x/a && rm -rf /tmp/x", "not a single named file or directory"),
            (
                "COPY scripts /tmp/x/\nRUN sh /tmp/x/a && rm -rf /tmp/x",
                "`scripts` may be a file or a directory",
            ),
            ("# why\nCOPY a.txt /tmp/\nRUN cat /tmp/a.txt && rm /tmp/a.txt", "a comment above the `COPY`"),
            ("COPY src /src\nRUN cd /src && make install && rm -rf /src", "runs inside the mount"),
            ("COPY a.txt /tmp/\nRUN cat /tmp/a.txt; rm /tmp/a.txt; true", "the rest of the `RUN`"),
            ("COPY a.txt /tmp/\nRUN if true; then rm /tmp/a.txt; fi; ls", "part of a larger command"),
        ] {
            let (class, found) = mounted(text);
            assert!(class.is_none() && found.contains(reason), "{text}\n{class:?} {found}");
        }
    }
}
