//! The effects of commands on a path.

use super::super::commands::{LocatedCommand, is_system_manager, paths_overlap};
use super::super::inputs::join_path;
use super::base::SYSTEM;
use super::{CopiedMode, ImagePathState};
use crate::semantic::effects::{PathSet, Verb};
use crate::semantic::paths::is_within;
use crate::shell::{ShellCommand, ShellWord};

/// Commands that create no file or directory except by redirection.
const CREATES_NOTHING: [&str; 25] = [
    "[", "basename", "cat", "cd", "chgrp", "chmod", "chown", "command", "dirname", "echo", "exit", "export",
    "false", "find", "grep", "head", "ls", "printf", "pwd", "rm", "rmdir", "set", "test", "true", "which",
];

/// The state of an absolute path after commands that run one after the other.
pub(super) fn state_after_commands(
    commands: &[LocatedCommand<'_>],
    path: &str,
    mut state: ImagePathState,
) -> ImagePathState {
    for one in commands {
        let changes = match &mut state {
            ImagePathState::Absent => may_create(one, path),
            ImagePathState::Copied(file) if one.command.is_any(&["chmod", "chown", "chgrp"]) => {
                if may_change_path(one, path) {
                    file.mode = CopiedMode::Other;
                }
                false
            }
            ImagePathState::Directory => may_remove_directory(one, path),
            ImagePathState::Copied(_) => may_change_path(one, path),
            ImagePathState::Unknown => return ImagePathState::Unknown,
        };
        if changes {
            return ImagePathState::Unknown;
        }
    }
    state
}

/// Whether a command may create the path.
fn may_create(one: &LocatedCommand<'_>, path: &str) -> bool {
    let command = one.command;
    let name = command.name.as_deref().unwrap_or_default();
    let redirects = !command.redirections.is_empty();
    let is_makers = matches!(name, "mkdir" | "touch");
    if (is_makers || CREATES_NOTHING.contains(&name)) && !command.runs_through(&["xargs"]) {
        let makes = |word: &&ShellWord| {
            let made = join_path(one.directory.as_deref(), &word.text)
                .filter(|_| word.literal && !word.text.contains('~'));
            made.is_none_or(|made| is_within(&made, path))
        };
        let by_name = is_makers && command.operands().any(|word| makes(&word));
        return by_name || (redirects && may_write_path(one, path)) || is_find_with_action(command);
    }
    if one.effects.unknown {
        return true;
    }
    if matches!(name, "useradd" | "adduser") {
        let has_home = ["d", "home", "home-dir", "h"].iter().any(|flag| command.has_flag(flag));
        return has_home || is_within(path, "/home") || command.words.iter().any(|word| !word.literal);
    }
    if ["tar", "unzip", "git", "dpkg", "rsync", "cpio"].contains(&name) {
        return true;
    }
    if let Some(call) = &one.effects.packages {
        if matches!(call.verb, Verb::Update | Verb::Clean | Verb::Query | Verb::Remove) {
            return false;
        }
        if is_system_manager(call.manager) {
            let top = path.trim_start_matches('/').split('/').next().unwrap_or_default();
            let has_files = !call.files.is_empty() || call.words(command).any(|word| word.text.contains('/'));
            return has_files || SYSTEM.contains(&top);
        }
        return one.directory.as_deref().is_none_or(|directory| paths_overlap(directory, path))
            || one.may_create_below(path);
    }
    may_write_path(one, path)
}

fn is_find_with_action(command: &ShellCommand) -> bool {
    command.is("find") && command.has_argument(&["-exec", "-execdir", "-ok", "-fprint"])
}

fn may_write_path(one: &LocatedCommand<'_>, path: &str) -> bool {
    match &one.effects.writes {
        PathSet::None => false,
        PathSet::Anything => true,
        known @ PathSet::Known(paths) => {
            let absolute = one.absolute_paths(known);
            absolute.len() < paths.len() || absolute.iter().any(|own| paths_overlap(own, path))
        }
    }
}

/// Whether a command may change a file, its mode or its owner, or delete it.
fn may_change_path(one: &LocatedCommand<'_>, path: &str) -> bool {
    if one.effects.packages.is_some() {
        return one.directory.as_deref().is_none_or(|directory| paths_overlap(directory, path))
            || may_create(one, path);
    }
    let touches = |paths: &PathSet| match paths {
        PathSet::None => false,
        PathSet::Anything => true,
        known @ PathSet::Known(all) => {
            let absolute = one.absolute_paths(known);
            absolute.len() < all.len() || absolute.iter().any(|own| paths_overlap(own, path))
        }
    };
    one.effects.unknown || touches(&one.effects.writes) || touches(&one.effects.deletes)
}

/// Whether a command may delete a directory, or put something else in its place.
fn may_remove_directory(one: &LocatedCommand<'_>, path: &str) -> bool {
    let command = one.command;
    let keeps = CREATES_NOTHING.contains(&command.name.as_deref().unwrap_or_default())
        && !command.is_any(&["rm", "rmdir", "find"])
        || command.is_any(&["mkdir", "touch", "useradd", "adduser", "groupadd", "addgroup"]);
    !keeps && one.effects.packages.is_none() && may_change_path(one, path)
}
