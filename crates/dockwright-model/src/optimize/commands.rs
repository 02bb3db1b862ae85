//! [`LocatedCommand`]: the commands of a RUN with their effects and positions.

use super::draft::StepDraft;
use super::inputs::join_path;
use super::model::StepState;
use crate::semantic::effects::{self, Effects, PathSet};
use crate::semantic::managers::PackageManager;
pub use crate::semantic::managers::is_system_manager;
use crate::semantic::paths::{base_name, is_within};
use crate::semantic::{OTHER_USERS, PathPattern, Run, managers};
use crate::shell::{CommandPlace, ParseOutcome, ShellCommand};

/// A command, its effects, and the directory that it runs in.
#[derive(Debug)]
pub struct LocatedCommand<'r> {
    pub command: &'r ShellCommand,
    pub effects: Effects,
    /// `None` if it is not known.
    pub directory: Option<String>,
    /// Whether root runs it.
    pub(super) runs_as_root: bool,
}

/// The commands of a RUN that starts in this state, in order.
pub(super) fn locate_commands<'s>(
    run: &'s Run<'_>,
    state: &StepState,
    source: &[u8],
) -> Vec<LocatedCommand<'s>> {
    let mut directory = state.workdir.clone();
    let is_root = matches!(state.user.as_deref(), Some("root" | "0"));
    run.script
        .commands
        .iter()
        .map(|command| {
            let effects = effects::command_effects(command, source);
            let here = directory.clone();
            if effects.state.directory {
                let target = command.arguments().iter().find(|word| !word.is_flag());
                directory = target
                    .filter(|word| command.is("cd") && word.literal && command.place == CommandPlace::Top)
                    .and_then(|word| join_path(directory.as_deref(), &word.text));
            }
            let runs_as_root = is_root && !command.runs_through(&OTHER_USERS);
            LocatedCommand { command, effects, directory: here, runs_as_root }
        })
        .collect()
}

/// Whether all of the shell text could be read.
pub(super) fn is_shell_text_complete(draft: &StepDraft<'_, '_>) -> bool {
    draft.run.is_none_or(|run| run.script.reading == ParseOutcome::Complete)
}

impl LocatedCommand<'_> {
    /// The package manager that it runs; also through a project script: gradle for `./gradlew`.
    pub fn manager(&self) -> Option<&'static PackageManager> {
        if let Some(call) = &self.effects.packages {
            return managers::find_manager(call.manager);
        }
        let name = base_name(self.command.name.as_deref()?);
        managers::manager_of_wrapper(name).or_else(|| managers::manager_of_program(name))
    }

    /// The paths, from the root; unknown ones are omitted.
    pub fn absolute_paths(&self, paths: &PathSet) -> Vec<String> {
        let PathSet::Known(paths) = paths else { return Vec::new() };
        paths.iter().filter_map(|path| self.absolute_path(path)).collect()
    }

    fn absolute_path(&self, path: &str) -> Option<String> {
        match path.strip_prefix('~') {
            Some(rest) if self.runs_as_root && (rest.is_empty() || rest.starts_with('/')) => {
                join_path(None, &format!("/root{rest}"))
            }
            Some(_) => None,
            None => join_path(self.directory.as_deref(), path),
        }
    }

    /// Whether it may have created something at or below an absolute path. System packages are not installed into the
    /// directories of an application.
    pub fn may_create_below(&self, path: &str) -> bool {
        let works_here = || self.directory.as_deref().is_none_or(|directory| paths_overlap(directory, path));
        match &self.effects.packages {
            Some(call) if is_system_manager(call.manager) => {
                ["/usr", "/etc", "/var", "/lib", "/bin", "/sbin"]
                    .iter()
                    .any(|place| paths_overlap(place, path))
            }
            Some(call)
                if managers::find_manager(call.manager).is_some_and(|manager| manager.into_language) =>
            {
                ["/usr", "/opt"].iter().any(|place| paths_overlap(place, path))
            }
            Some(_) => works_here(),
            None => match &self.effects.writes {
                PathSet::None => false,
                PathSet::Anything => works_here(),
                known @ PathSet::Known(_) => {
                    self.absolute_paths(known).iter().any(|own| paths_overlap(own, path))
                }
            },
        }
    }
}

/// Whether the absolute paths are equal, or one is inside the other; globs are matched.
pub fn paths_overlap(one: &str, other: &str) -> bool {
    pattern_covers(one, other) || pattern_covers(other, one)
}

/// Whether `path` matches `pattern`, which may contain globs, or is inside a matching directory.
pub fn pattern_covers(pattern: &str, path: &str) -> bool {
    let pattern = if pattern == "/" { pattern } else { pattern.trim_end_matches('/') };
    if !pattern.contains(['*', '?', '[']) {
        return pattern == "/" || is_within(path, pattern);
    }
    // The literal start of the pattern excludes most paths without a regular expression.
    let fixed = pattern.split(['*', '?', '[']).next().unwrap_or_default();
    path.starts_with(fixed)
        // A shell negates a class with `!`.
        && PathPattern::new(&pattern.replace("[!", "[^")).is_some_and(|glob| {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            ends.filter_map(|end| path.get(..end)).any(|part| glob.is_match(part))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cover_each_other() {
        for (pattern, path, expected) in [
            ("/app", "/app/a", true),
            ("/app/", "/app", true),
            ("/app", "/apple", false),
            ("/", "/x", true),
            ("/tmp/*", "/tmp/a/b", true),
            ("/tmp/*", "/tmp", false),
            ("/app/*.sh", "/app/a.sh", true),
            ("/app/*.sh", "/app/a.py", false),
        ] {
            assert_eq!(pattern_covers(pattern, path), expected, "{pattern} {path}");
        }
    }
}
