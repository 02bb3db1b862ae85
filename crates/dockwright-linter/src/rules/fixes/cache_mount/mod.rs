//! Caches of package managers in mounts: finds the caches that a RUN fills, and adds mounts for them.

mod apk;
mod hook;
mod others;
mod place;
mod target;
mod trimmed;
mod unused;

use std::collections::BTreeSet;

use hook::{CleanHook, handle_clean_hook};
use place::{CacheOwner, cache_owner, mount_targets};
use trimmed::TrimmedRun;
pub(crate) use unused::find_unused_mount;

use super::needed_downloads::{
    check_not_copied_elsewhere, has_download_purpose, run_that_needs_downloads, works_offline,
};
use super::removal_edits::removal_edits;
use super::run_edit::add_run_flags;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::paths_overlap;
use crate::rule::RuleChecker;
use crate::semantic::effects::{self, PathSet, Verb};
use crate::semantic::managers::{self, MountableCache};
use crate::semantic::{Caching, OTHER_USERS, Run};
use crate::shell::{CommandPlace, ParseOutcome, ShellCommand};
use crate::source::Span;
use crate::syntax::join_with_or;

/// Why a fix that deletes a cache is not offered.
pub(crate) const MOUNTED: &str = "another fix moves the caches of the stage into cache mounts";

/// Checks that no other stage copies one of these directories.
///
/// # Errors
/// Another stage copies one of them; the text names the line.
pub(crate) fn check_not_copied(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    directories: &[String],
) -> Result<(), String> {
    others::check_copies(cx, run, directories, false)
}

/// How caches are handled in the stage of the RUN.
pub(crate) fn choose_caching(cx: &RuleChecker<'_>, run: &Run<'_>) -> Caching {
    run.stage.map_or(Caching::CleanUp, |stage| {
        cx.semantics.caching(stage, cx.options.builder, cx.options.cache_mounts)
    })
}

/// A cache that a RUN fills, and the first command that does so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilledCache<'r> {
    pub(crate) cached: &'static MountableCache,
    pub command: &'r ShellCommand,
}

/// The caches that the RUN fills without a mount.
pub(crate) fn filled_caches<'r>(cx: &RuleChecker<'_>, run: &'r Run<'_>) -> Vec<FilledCache<'r>> {
    let source = cx.file.source;
    if run.onbuild || !run.is_shell_form() || run.script.reading != ParseOutcome::Complete {
        return Vec::new();
    }
    let mut found: Vec<FilledCache<'r>> = Vec::new();
    for command in &run.script.commands {
        let asked = managers::all_managers()
            .filter_map(|manager| manager.cached.as_ref())
            .find_map(|cached| Some((cached, find_verb_of_command(cached, command, source)?)));
        let Some((cached, verb)) = asked else { continue };
        let fetches = cached.verbs.contains(&verb)
            && verb != Verb::Update
            && !works_offline(command, cached.manager, source);
        if fetches && !found.iter().any(|one| std::ptr::eq(one.cached, cached)) {
            found.push(FilledCache { cached, command });
        }
    }
    // Downloads that are the purpose of a RUN belong in its layer.
    found.retain(|one| {
        !has_mount(run, one.cached)
            && !names_cache_mount(run, one.cached.manager, source)
            && !has_download_purpose(run, one.cached.manager, source)
    });
    found
}

/// The verb of a command of the manager.
fn find_verb_of_command(cached: &MountableCache, command: &ShellCommand, source: &[u8]) -> Option<Verb> {
    if command.is_any(cached.wrappers) {
        return Some(Verb::Build);
    }
    let call = effects::command_effects(command, source).packages;
    call.filter(|call| call.manager == cached.manager).map(|call| call.verb)
}

/// Whether one of its directories is mounted already: the end of the path is enough, because the user of the RUN does
/// not matter.
fn has_mount(run: &Run<'_>, cached: &MountableCache) -> bool {
    let covers = |target: &str, directory: &str| {
        let name = directory.trim_start_matches('~');
        let end = name.split_once('/').map_or(name, |(_, end)| end);
        target.ends_with(end)
            || target.starts_with(name)
            || target.contains(cached.manager)
            || (target.ends_with("/.cache") && name.starts_with("/.cache/"))
    };
    run.mounts.iter().filter(|mount| mount.is_cache_or_tmpfs()).any(|mount| {
        let target = mount.mount_target_text().trim_end_matches('/');
        cached.targets.iter().any(|directory| covers(target, directory))
    })
}

/// Whether a command of the manager names a cache mount of the RUN: `bundle config set path /cache`.
fn names_cache_mount(run: &Run<'_>, manager: &str, source: &[u8]) -> bool {
    let targets: Vec<&str> = run
        .mounts
        .iter()
        .filter(|mount| mount.kind() == "cache")
        .map(|mount| mount.mount_target_text().trim_end_matches('/'))
        .filter(|target| target.len() > 1)
        .collect();
    let names_target = |command: &ShellCommand| {
        let mut words = command.arguments().iter().map(|word| word.text.trim_end_matches('/'));
        words
            .any(|word| targets.iter().any(|target| word == *target || word.ends_with(&format!("={target}"))))
    };
    run.script.commands.iter().filter(|command| names_target(command)).any(|command| {
        effects::command_effects(command, source).packages.is_some_and(|call| call.manager == manager)
    })
}

fn is_parent_directory(directory: &str, path: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// A RUN with mounts, and the proof that it does the same.
#[derive(Debug)]
pub(crate) struct MountedRun {
    pub edits: Vec<Edit>,
    pub proof: Vec<String>,
}

/// Adds mounts for these caches to the RUN.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(crate) fn mount_caches(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    caches: &[&'static MountableCache],
) -> Result<MountedRun, String> {
    let source = cx.file.source;
    if run.script.commands.iter().any(|command| command.runs_through(&OTHER_USERS)) {
        return Err("a command runs as another user, whose cache is elsewhere".to_string());
    }
    let quoted = |command: &ShellCommand| {
        command.place == CommandPlace::Quoted
            && caches.iter().any(|cached| find_verb_of_command(cached, command, source).is_some())
    };
    if run.script.commands.iter().any(quoted) {
        return Err("a command is part of a script for another shell".to_string());
    }
    // Only root can install system packages.
    let root = caches.iter().all(|cached| cached.system);
    let owner =
        cache_owner(cx, run).or_else(|reason| if root { Ok(CacheOwner::root()) } else { Err(reason) })?;
    let mut proof = vec![format!("the `RUN` runs as {}", describe_owner(&owner))];
    let mut flags: Vec<String> = Vec::new();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut edits = Vec::new();
    for cached in caches {
        let mut directories = mount_targets(cx, run, cached, &owner)?;
        let system = cached.system;
        if system && owner.description != "root" {
            return Err(format!("`{}` is started by `{}`", cached.manager, owner.description));
        }
        let trimmed = TrimmedRun::new(cx, run, cached, &directories, &owner)?;
        gone.extend(trimmed.gone);
        edits.extend(trimmed.edits);
        others::check_other_uses(cx, run, cached, &directories)?;
        check_not_copied_elsewhere(cx, run, cached.manager)?;
        if let Some(reason) = run_that_needs_downloads(cx, run, cached.manager) {
            return Err(reason);
        }
        if cached.manager == "apt" {
            match handle_clean_hook(cx, run, &gone) {
                CleanHook::Gone => {}
                CleanHook::Goes(edit) => {
                    proof.push("`docker-clean`, which deletes apt's cache, is removed".to_string());
                    edits.push(edit);
                }
                // The hook would delete the content of the first mount.
                CleanHook::Stays => {
                    directories.remove(0);
                }
            }
        }
        proof.push(format!("`{}` keeps its downloads in `{}`", cached.manager, directories.join("` and `")));
        proof.extend(trimmed.proof);
        let locked = if cached.locked { ",sharing=locked" } else { "" };
        let ids = if system { "" } else { &owner.ids };
        for directory in directories {
            let flag = format!("--mount=type=cache,target={directory}{locked}{ids}");
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        if cached.manager == "cargo"
            && let Some(target) = target::target_directory(cx, run)
        {
            let (id, directory) = (format!("id={}-target", target.name), &target.directory);
            flags.push(format!("--mount=type=cache,{id},target={directory},sharing=locked{ids}"));
            proof.push(format!(
                "line {} removes `{}` from `{directory}`, and nothing else uses that directory",
                target.line, target.name
            ));
        }
    }
    let linked = caches.iter().any(|cached| cached.manager == "apk");
    if linked {
        edits.extend(apk::link_apk_cache(cx, run, &mut gone)?);
        proof.push(
            "the `RUN` creates the link `/etc/apk/cache`, so that `apk` keeps packages, and removes it at the end"
                .to_string(),
        );
    }
    let hidden = "the command that deletes the caches cannot be removed";
    edits.extend(removal_edits(run, &gone, source).ok_or(hidden)?);
    let list = &run.script.list;
    let elements: Vec<Span> = gone.iter().filter_map(|at| Some(list.get(*at)?.span)).collect();
    edits.retain(|edit| !elements.iter().any(|span| span.contains(edit.span) && *span != edit.span));
    let apart = linked || caches.iter().any(|cached| !cached.sets.is_empty());
    edits.push(add_run_flags(cx, run, &flags, apart).ok_or("the `RUN` has no command")?);
    Ok(MountedRun { edits: merge_insertions(edits), proof })
}

/// Joins insertions at the same position: the flags come first.
fn merge_insertions(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.span, !edit.text.starts_with("--mount")));
    let mut all: Vec<Edit> = Vec::new();
    for edit in edits {
        match all.last_mut() {
            Some(last) if last.span.is_empty() && last.span.start == edit.span.start => {
                last.text.push_str(&edit.text);
                last.span.end = edit.span.end;
            }
            _ => all.push(edit),
        }
    }
    all
}

fn describe_owner(owner: &CacheOwner) -> String {
    if owner.ids.is_empty() {
        format!("`{}`", owner.description)
    } else {
        format!("`{}` ({})", owner.description, owner.ids.trim_start_matches(',').replace(',', ", "))
    }
}

/// A path that the command uses and that is in the cache.
fn used_cache_path(effects: &effects::Effects, directories: &[String]) -> Option<String> {
    [&effects.reads, &effects.writes, &effects.deletes].into_iter().find_map(|paths| match paths {
        PathSet::Known(paths) => {
            let hits = |path: &&String| {
                path.starts_with('/') && directories.iter().any(|directory| paths_overlap(path, directory))
            };
            paths.iter().find(hits).cloned()
        }
        _ => None,
    })
}

/// The fix for the caches of one RUN that nothing needs afterwards.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(crate) fn mount_for_one_run(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    filled: &[FilledCache<'_>],
) -> Result<Fix, String> {
    let caches: Vec<&'static MountableCache> =
        filled.iter().map(|one| one.cached).filter(|cached| cached.needed_by.is_empty()).collect();
    let mounted = mount_caches(cx, run, &caches)?;
    Ok(cache_mount_fix(&caches, mounted.edits, mounted.proof))
}

/// The fix for a cache that later RUNs need: the mount for each of them.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(crate) fn mount_for_all_runs(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    cached: &'static MountableCache,
) -> Result<Fix, String> {
    let (mut edits, mut proof) = (Vec::new(), Vec::new());
    for user in others::runs_using_cache(cx, run, cached)? {
        let mounted = mount_caches(cx, user, &[cached])?;
        edits.extend(mounted.edits);
        for description in mounted.proof {
            if !proof.contains(&description) {
                proof.push(description);
            }
        }
    }
    proof.push(format!(
        "every `RUN` that calls {} gets the same mounts",
        join_with_or(&cached.needed_by.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
    ));
    Ok(cache_mount_fix(&[cached], edits, proof))
}

fn cache_mount_fix(caches: &[&MountableCache], edits: Vec<Edit>, proof: Vec<String>) -> Fix {
    let names: Vec<String> = caches.iter().map(|cached| format!("`{}`", cached.manager)).collect();
    let title = format!("keep {} downloads in a cache mount", names.join(" and "));
    let mut fix = Fix::new(Applicability::UnsafeLow, title, edits);
    fix.proof = proof;
    fix.with_risk("a failed build may leave broken files in the mount")
}
