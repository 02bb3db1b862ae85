//! [`Located`]: the commands of a RUN with what they do and where they stand.

use super::draft::Draft;
use super::inputs::join;
use crate::semantic::effects::{self, Effects, Paths};
pub use crate::semantic::managers::is_of_system;
use crate::semantic::{OTHER_USERS, PathPattern, managers};
use crate::shell::{Command, Place, Reading};

/// A command, its effects, and the folder that it runs in.
#[derive(Debug)]
pub struct Located<'r> {
    pub command: &'r Command,
    pub effects: Effects,
    /// `None` where it is not known.
    pub folder: Option<String>,
    /// Who runs it, as far as that is known.
    user: Option<&'r str>,
}

/// The commands of a step, in order; none for what is no RUN.
pub fn located<'r>(draft: &'r Draft<'_, '_>, source: &[u8]) -> Vec<Located<'r>> {
    let Some(run) = draft.run else { return Vec::new() };
    let mut folder = draft.state.workdir.clone();
    let user = draft.state.user.as_deref();
    run.script
        .commands
        .iter()
        .map(|command| {
            let effects = effects::of(command, source);
            let here = folder.clone();
            if effects.state.directory {
                let target = command.arguments().iter().find(|word| !word.is_flag());
                folder = target
                    .filter(|word| command.is("cd") && word.literal && command.place == Place::Top)
                    .and_then(|word| join(folder.as_deref(), &word.text));
            }
            let user = user.filter(|_| !command.runs_through(&OTHER_USERS));
            Located { command, effects, folder: here, user }
        })
        .collect()
}

/// Whether all of the shell text could be read.
pub fn is_complete(draft: &Draft<'_, '_>) -> bool {
    draft.run.is_none_or(|run| run.script.reading == Reading::Complete)
}

impl Located<'_> {
    /// The paths, from the root; those that cannot be told are left out.
    pub fn absolute(&self, paths: &Paths) -> Vec<String> {
        let Paths::Known(paths) = paths else { return Vec::new() };
        paths.iter().filter_map(|path| self.path(path)).collect()
    }

    fn path(&self, path: &str) -> Option<String> {
        let home = match self.user {
            Some("root" | "0") => "/root",
            _ if path.starts_with('~') => return None,
            _ => "",
        };
        match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => join(None, &format!("{home}{rest}")),
            Some(_) => None,
            None => join(self.folder.as_deref(), path),
        }
    }

    /// Whether it may have made something at or below an absolute path. What a package manager of the system
    /// installs does not lie in the folders of an application.
    pub fn may_make_below(&self, path: &str) -> bool {
        let works_here = || self.folder.as_deref().is_none_or(|folder| overlaps(folder, path));
        match &self.effects.packages {
            Some(call) if is_of_system(call.manager) => {
                ["/usr", "/etc", "/var", "/lib", "/bin", "/sbin"].iter().any(|place| overlaps(place, path))
            }
            Some(call) if managers::named(call.manager).is_some_and(|manager| manager.into_language) => {
                ["/usr", "/opt"].iter().any(|place| overlaps(place, path))
            }
            Some(_) => works_here(),
            None => match &self.effects.writes {
                Paths::None => false,
                Paths::Anything => works_here(),
                known @ Paths::Known(_) => self.absolute(known).iter().any(|own| overlaps(own, path)),
            },
        }
    }
}

/// Whether one of the absolute paths is the other, or lies in it; globs count.
pub fn overlaps(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

/// Whether `path` is what `pattern`, which may have globs, names, or lies in it.
pub fn covers(pattern: &str, path: &str) -> bool {
    let pattern = if pattern == "/" { pattern } else { pattern.trim_end_matches('/') };
    if !pattern.contains(['*', '?', '[']) {
        return pattern == "/"
            || path.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    // What is fixed tells most paths apart without a regular expression.
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
            assert_eq!(covers(pattern, path), expected, "{pattern} {path}");
        }
    }
}
