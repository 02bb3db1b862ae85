//! Deletes the caches of package managers in the RUN that created them, unless they are kept in mounts.

use std::borrow::Cow;

use super::append::{AppendedCleanUp, NO_POSITION, append_after};
use super::cache_mount::{MOUNTED, choose_caching};
use super::later_runs;
use super::needed_downloads;
use super::run_edit::{
    NOT_PLAIN, NOT_ROOT, insert_after_word, is_known_and_list, is_root, remove_element, safe_or_low_fix,
};
use super::yarn::{self, YarnGeneration};
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::base_image::{DistributionEvidence, DistributionFamily};
use crate::semantic::managers::{apk, apt};
use crate::semantic::{Caching, OTHER_USERS, Run, effects};
use crate::shell::{CommandPlace, ListNode, ShellCommand};

/// Deletes the lists of apt at the end of the RUN that fetched and used them.
pub(crate) fn remove_apt_lists(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    let uses = |command: &ShellCommand| command.is_any(&apt::USERS_OF_LISTS);
    let call = |run: &Run<'_>, word: &str| {
        run.script.commands.iter().rposition(|command| uses(command) && command.has_argument(&[word]))
    };
    if choose_caching(cx, run) == Caching::Mounts {
        return Err(MOUNTED.into());
    }
    let install = call(run, "install").and_then(|at| run.script.commands.get(at));
    let Some(install) = install else {
        return Err("this `RUN` installs nothing; a later step may need the lists".into());
    };
    if lacks_manager(cx, run, apt::NAMES[0]) {
        return Err("the base image has no `apt-get`".into());
    }
    if !is_root(cx, run) && run.script.commands.iter().any(|command| command.runs_through(&OTHER_USERS)) {
        return Err(NOT_ROOT.into());
    }
    let later = later_runs::later_runs(cx, run).ok_or(later_runs::TOO_MANY)?;
    let needs_lists = |other: &&Run<'_>| {
        other.script.commands.iter().any(reads_lists) && !other.script.commands.iter().any(apt::fetches_lists)
    };
    if later.iter().any(needs_lists) {
        return Err("a later `RUN` needs the lists".into());
    }
    // Only root can fetch the lists, and they are removed only if that succeeded.
    let missing = if !is_root(cx, run) {
        Some("the `RUN` may run as a user other than root")
    } else if !later.iter().all(|other| later_runs::has_known_commands(cx, other)) {
        Some("later steps may need the lists")
    } else if !cx.semantics.is_leaf_stage(run.stage.unwrap_or(usize::MAX)) {
        Some("stages based on this one may need the lists")
    } else if !is_known_and_list(cx, run) {
        Some("another command in the `RUN` may need the lists")
    } else {
        None
    };
    let added = append_after(cx, run, install, apt::REMOVE_LISTS).ok_or(NO_POSITION)?;
    if added.at_end {
        return safe_or_low_fix(missing, "remove the lists at the end of the `RUN`", added.edits);
    }
    let source = cx.file.source;
    let mut rest = run.script.commands.iter().filter(|command| command.span.start >= install.span.end);
    if rest.any(|command| reads_lists(command) || effects::command_effects(command, source).unknown) {
        return Err("commands after the install in this `RUN` may need the lists".into());
    }
    safe_or_low_fix(missing, "remove the lists after the install", added.edits)
}

/// Whether an apt command reads the package lists.
fn reads_lists(command: &ShellCommand) -> bool {
    let removes = command.is_any(&apt::NAMES)
        && command.operands().next().is_some_and(|word| apt::works_without_lists(&word.text));
    command.is_any(&apt::USERS_OF_LISTS) && !removes
}

/// Whether the base image certainly has no such package manager, and nothing installs it.
fn lacks_manager(cx: &RuleChecker<'_>, run: &Run<'_>, manager: &str) -> bool {
    let Some(stage) = run.stage else { return false };
    let family = DistributionFamily::from_manager(manager);
    let other = cx.semantics.distribution(stage).is_some_and(|one| {
        one.certain
            && one.evidence == DistributionEvidence::Table
            && family.is_some_and(|family| one.family.is_some_and(|other| other != family))
    });
    let mentions_manager = |one: &ShellCommand| one.operands().any(|word| word.text.starts_with(manager));
    other
        && !cx.semantics.runs_of_stage_chain(stage).flat_map(|run| &run.script.commands).any(mentions_manager)
}

/// Returns an error if the downloads are needed.
fn check_downloads_unneeded(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &ShellCommand,
) -> Result<(), String> {
    needed_downloads::reason_to_keep(cx, run, install).map_or(Ok(()), Err)
}

/// The title of a cleanup fix, with the position of the cleanup.
fn clean_up_title(command: &str, at_end: bool) -> String {
    if at_end {
        format!("end the `RUN` with `{command}`")
    } else {
        format!("add `{command}` after the install")
    }
}

/// Adds a command that deletes the cache that `install` has filled.
///
/// # Errors
/// The cache is kept in a mount or is needed later, or the command cannot be added; the text gives the reason.
fn append_clean_up_command(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &ShellCommand,
    command: &str,
) -> Result<AppendedCleanUp, Cow<'static, str>> {
    if choose_caching(cx, run) == Caching::Mounts {
        return Err(MOUNTED.into());
    }
    check_downloads_unneeded(cx, run, install)?;
    append_after(cx, run, install, command).ok_or(NO_POSITION.into())
}

/// Adds a command that deletes a cache after `install` has filled it.
pub(crate) fn append_clean_up(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &ShellCommand,
    command: &str,
) -> FixOrReason {
    let manager = command.split(' ').next().unwrap_or_default();
    if lacks_manager(cx, run, manager) {
        return Err(format!("the base image has no `{manager}`").into());
    }
    if !is_root(cx, run) && run.script.commands.iter().any(|command| command.find_call_word("sudo").is_some())
    {
        return Err("the `RUN` uses `sudo`, so it may run as a user other than root".into());
    }
    let missing = if !is_root(cx, run) {
        Some("the `RUN` may run as a user other than root")
    } else if !is_known_and_list(cx, run) {
        Some("another command in the `RUN` may need the cache")
    } else {
        None
    };
    let added = append_clean_up_command(cx, run, install, command)?;
    safe_or_low_fix(missing, &clean_up_title(command, added.at_end), added.edits)
}

/// Adds `yarn cache clean` at the end. It must certainly be yarn 1: later versions may keep the packages themselves
/// in that cache.
pub(crate) fn clean_yarn_cache(cx: &RuleChecker<'_>, run: &Run<'_>, install: &ShellCommand) -> FixOrReason {
    let added = append_clean_up_command(cx, run, install, "yarn cache clean")?;
    let title = clean_up_title("yarn cache clean", added.at_end);
    Ok(if yarn::yarn_generation(cx, run) == YarnGeneration::First {
        Fix::new(Applicability::UnsafeLow, title, added.edits).with_risk("a later step may read the cache")
    } else {
        Fix::new(Applicability::Suggestion, title, added.edits).with_risk("yarn may not be version 1")
    })
}

/// Adds a command that deletes a cache, which some users may want, after `install` has filled it.
pub(crate) fn append_optional_clean_up(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    install: &ShellCommand,
    command: &str,
) -> FixOrReason {
    let added = append_clean_up_command(cx, run, install, command)?;
    let fix = Fix::new(Applicability::UnsafeLow, clean_up_title(command, added.at_end), added.edits);
    Ok(fix.with_risk("a later step may read the cache"))
}

/// Adds `--no-cache` after `apk add`, and removes `--update` and `apk update`.
pub(crate) fn add_apk_no_cache(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    let source = cx.file.source;
    let mut edits = Vec::new();
    for add in run.script.commands.iter().filter(|command| is_apk(command, &["add"])) {
        if add.has_argument(&[apk::NO_CACHE]) {
            continue;
        }
        let update = add.words.iter().find(|word| apk::FRESH.contains(&word.text.as_str()));
        edits.push(match update {
            Some(word)
                if add.place != CommandPlace::Quoted && word.span.bytes(source) == word.text.as_bytes() =>
            {
                Edit::replace(word.span, apk::NO_CACHE)
            }
            Some(_) => return Err(NOT_PLAIN.into()),
            None => insert_after_word(add, &["add"], apk::NO_CACHE, source).ok_or(NOT_PLAIN)?,
        });
    }
    let updates = positions_of_apk_update(run);
    let only_adds = run
        .script
        .commands
        .iter()
        .filter(|command| command.is_any(apk::APK.names))
        .all(|command| is_apk(command, &["add", "update", "del"]));
    let removed: Option<Vec<Edit>> = updates.iter().map(|at| remove_element(run, (*at)?, source)).collect();
    // In a pipe or a group, the RUN may not fail if the index cannot be fetched.
    let is_noticed =
        run.script.commands.iter().enumerate().filter(|(_, one)| is_apk(one, &["add"])).all(|(at, _)| {
            run.script.list.iter().any(|item| item.node == ListNode::Command(at) && !item.negated)
        });
    let mut missing = None;
    match removed {
        Some(_) if only_adds && !is_noticed && !updates.is_empty() => {
            missing = Some("`apk update` stays, because a failure of `apk add` may be ignored");
        }
        Some(removed) if only_adds => edits.extend(removed),
        _ => missing = Some("a later command may need the index from `apk update`"),
    }
    let later = later_runs::later_runs(cx, run).ok_or(later_runs::TOO_MANY)?;
    let needs_index = |other: &&Run<'_>| {
        other.script.commands.iter().filter(|command| command.is_any(apk::APK.names)).any(|command| {
            let adds = is_apk(command, &["add"]);
            let is_rewritten = other.affects_final_image() && !other.has_cache_or_tmpfs_mount(apk::CACHE);
            !is_apk(command, &["del"]) && !(adds && (command.has_argument(&[apk::NO_CACHE]) || is_rewritten))
        })
    };
    if missing.is_none() {
        missing = if later.iter().any(needs_index) {
            Some("a later `apk` command may need the index")
        } else if !later.iter().all(|other| later_runs::has_known_commands(cx, other)) {
            Some("a later step may call `apk`")
        } else if !is_known_and_list(cx, run) {
            Some("another command in the `RUN` may need the index")
        } else {
            None
        };
    }
    safe_or_low_fix(missing, "add `--no-cache`", edits)
}

fn is_apk(command: &ShellCommand, subcommands: &[&str]) -> bool {
    command.is_any(apk::APK.names) && command.has_argument(subcommands)
}

/// The index in the list of each `apk update` of the RUN; `None` for one that is not an element of the list.
fn positions_of_apk_update(run: &Run<'_>) -> Vec<Option<usize>> {
    let commands = run.script.commands.iter().enumerate();
    let place = |at: usize| run.script.list.iter().position(|item| item.node == ListNode::Command(at));
    commands.filter(|(_, command)| is_apk(command, &["update"])).map(|(at, _)| place(at)).collect()
}
