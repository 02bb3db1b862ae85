//! Whether a directory of the image certainly belongs to root, so that other users cannot create files in it.

use super::super::commands::{LocatedCommand, paths_overlap};
use super::super::draft::StepDraft;
use super::base::has_known_top_level;
use super::{ImagePathState, ImagePaths, may_be_mounted};
use crate::semantic::base_image::StageUser;
use crate::semantic::effects::PathSet;
use crate::semantic::paths::is_within;
use crate::shell::ParseOutcome;
use crate::syntax::Kind;

/// Directories of official images that only root can write to.
const ROOT_DIRECTORIES: [&str; 27] = [
    "/",
    "/bin",
    "/boot",
    "/etc",
    "/home",
    "/lib",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/sbin",
    "/srv",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
];

/// Commands that change who may write.
const GRANTS: [&str; 5] = ["chmod", "chown", "chgrp", "setfacl", "umask"];

impl ImagePaths<'_, '_, '_> {
    /// Whether the directory certainly exists, belongs to root, and cannot be written to by others, before a command of a
    /// RUN; `before`: the commands of that RUN that come first.
    pub fn is_owned_by_root(
        &self,
        step: &StepDraft<'_, '_>,
        before: &[LocatedCommand<'_>],
        directory: &str,
    ) -> bool {
        let semantics = self.outline.semantics;
        if may_be_mounted(step, directory)
            || step.fired
            || before.iter().any(|one| may_grant_write(one, directory))
        {
            return false;
        }
        let Some(earlier) = self.steps_before_offset(step.stage, step.instruction.span.start) else {
            return false;
        };
        if earlier.iter().any(|other| Self::step_may_grant_write(other, directory)) {
            return false;
        }
        let is_base_plain = semantics
            .base_image(step.stage)
            .is_some_and(|base| base.certain && has_known_top_level(&base.image));
        if is_base_plain && ROOT_DIRECTORIES.contains(&directory) {
            return true;
        }
        earlier.into_iter().any(|other| self.creates_for_root(other, directory))
    }

    /// Whether a step creates the directory, for root.
    fn creates_for_root(&self, step: &StepDraft<'_, '_>, directory: &str) -> bool {
        let start = step.instruction.span.start;
        let is_new = || self.state_at(step.stage, start, directory) == ImagePathState::Absent;
        let Some(to) = step.destination.as_deref() else { return false };
        let is_root = || self.outline.semantics.user_at(step.stage, start) == StageUser::Root;
        match step.instruction.kind {
            // BuildKit makes the current user the owner of the directory.
            Kind::Workdir => is_within(to.trim_end_matches('/'), directory) && is_root() && is_new(),
            Kind::Copy | Kind::Add => {
                to.ends_with('/') && is_within(to.trim_end_matches('/'), directory) && is_new()
            }
            _ => false,
        }
    }

    fn step_may_grant_write(step: &StepDraft<'_, '_>, directory: &str) -> bool {
        if step.fired {
            return true;
        }
        match step.instruction.kind {
            Kind::Copy | Kind::Add => {
                let sets = ["chown", "chmod"].iter().any(|flag| step.instruction.flag(flag).is_some());
                let to = step.destination.as_deref().map(|to| to.trim_end_matches('/'));
                sets && to.is_none_or(|to| to.is_empty() || paths_overlap(to, directory))
            }
            Kind::Run => {
                let is_read = step.run.is_some_and(|run| {
                    run.script.reading == ParseOutcome::Complete
                        && (run.instruction.heredocs.is_empty() || !run.script.commands.is_empty())
                });
                !is_read || step.commands.iter().any(|one| may_grant_write(one, directory))
            }
            _ => false,
        }
    }
}

/// Whether a command may let others write to the directory.
fn may_grant_write(one: &LocatedCommand<'_>, directory: &str) -> bool {
    let command = one.command;
    if one.effects.unknown || command.runs_through(&["xargs", "find"]) {
        return true;
    }
    if one.effects.packages.is_some() || command.is_any(&["mkdir", "rm", "ln", "groupadd", "addgroup"]) {
        return command.is("mkdir") && (command.has_flag("m") || command.has_flag("mode"));
    }
    if command.is_any(&["useradd", "adduser", "usermod"]) {
        // The home directory may be anywhere, and the user may be root under another name.
        let has_option =
            ["d", "home", "home-dir", "h", "o", "u", "uid"].iter().any(|flag| command.has_flag(flag));
        let may_be_root = command.arguments().windows(2).any(|pair| {
            matches!(pair, [flag, value] if matches!(flag.text.as_str(), "-u" | "--uid")
                && !value.text.starts_with(|c: char| ('1'..='9').contains(&c)))
        });
        let names_it = command.words.iter().any(|word| word.text.contains(directory) && directory.len() > 1);
        return may_be_root || names_it || (has_option && command.words.iter().any(|word| !word.literal));
    }
    let writes = match &one.effects.writes {
        PathSet::None => return command.is_any(&GRANTS),
        PathSet::Anything => return true,
        known @ PathSet::Known(paths) => {
            let absolute = one.absolute_paths(known);
            if absolute.len() < paths.len() {
                return true;
            }
            absolute
        }
    };
    // A change to the directory itself, or a recursive one to a directory above it.
    let overlaps =
        |path: &String| is_within(directory, path) || path == "/" || path.contains(['*', '?', '[']);
    (command.is_any(&GRANTS) || command.is_any(&["tar", "cp", "mv", "rsync", "install", "cpio", "unzip"]))
        && writes.iter().any(overlaps)
}
