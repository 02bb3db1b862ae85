//! The working directory before each WORKDIR, as the file writes it.

use std::collections::HashMap;

use super::{Semantics, StageBaseKind, paths, text_argument};
use crate::syntax::{Instruction, Kind};

/// Maximum length of a path on Linux, in bytes.
const LONGEST: usize = 4096;

/// By the first byte of each WORKDIR.
#[derive(Debug, Default)]
pub(super) struct WrittenWorkdirs(HashMap<u32, PreviousWorkdir>);

/// The working directory before a WORKDIR.
#[derive(Debug, Clone, Default)]
struct PreviousWorkdir {
    /// `None` if the file does not show it.
    path: Option<String>,
    /// The first byte of the WORKDIR that sets it, in this stage or a base stage.
    set_at: Option<u32>,
}

impl WrittenWorkdirs {
    pub(super) fn new(semantics: &Semantics<'_>) -> Self {
        let mut found = Self::default();
        let mut ends: Vec<PreviousWorkdir> = Vec::new();
        for stage in &semantics.stages {
            let mut now = match stage.base {
                StageBaseKind::Stage(parent) => ends.get(parent).cloned().unwrap_or_default(),
                _ => PreviousWorkdir::default(),
            };
            let workdirs = semantics.file.instructions_in(stage.span).filter(|one| one.kind == Kind::Workdir);
            for workdir in workdirs {
                let text = text_argument(semantics.file, workdir, semantics.view);
                let path = text.trim_matches(['"', '\'']);
                let after = if path.starts_with(['/', '$']) {
                    Some(path.to_string())
                } else if semantics.may_be_absolute(path, workdir.span.start) {
                    // A path with a drive: the result depends on the platform.
                    None
                } else {
                    now.path.as_deref().and_then(|before| join_written_paths(before, path))
                };
                let after = PreviousWorkdir { path: after, set_at: Some(workdir.span.start) };
                found.0.insert(workdir.span.start, std::mem::replace(&mut now, after));
            }
            ends.push(now);
        }
        found
    }
}

impl Semantics<'_> {
    /// The directory before a WORKDIR, if it consists of paths from `/` on, or from a variable on.
    pub fn written_workdir_before(&self, workdir: &Instruction<'_>) -> Option<&str> {
        self.workdir_before(workdir)?.path.as_deref()
    }

    /// The first byte of the WORKDIR before a WORKDIR, in its stage or in one that the stage is built on.
    pub fn previous_workdir(&self, workdir: &Instruction<'_>) -> Option<u32> {
        self.workdir_before(workdir)?.set_at
    }

    fn workdir_before(&self, workdir: &Instruction<'_>) -> Option<&PreviousWorkdir> {
        let all = self.written_workdirs.get_or_init(|| WrittenWorkdirs::new(self));
        all.0.get(&workdir.span.start)
    }
}

/// The path from `/` on, or from the variable on that `before` starts with; `None` if `..` or similar parts make the result uncertain.
pub fn join_written_paths(before: &str, path: &str) -> Option<String> {
    let is_hard = |part: &str| part == ".." || part.contains('\\') || part.starts_with('~');
    if path.split('/').any(is_hard) || before.len() + path.len() > LONGEST {
        return None;
    }
    let whole = paths::join_path(Some(before), path)?;
    let starts_with_variable = before.starts_with('$') && !path.starts_with('/');
    Some(if starts_with_variable { whole.trim_start_matches('/').to_string() } else { whole })
}

#[cfg(test)]
mod tests {
    use super::join_written_paths;

    #[test]
    fn paths_are_joined() {
        for (before, path, expected) in [
            ("/srv", "app", Some("/srv/app")),
            ("/srv/", "./app", Some("/srv/app")),
            ("$HOME", "app", Some("$HOME/app")),
            ("${HOME}/a", "b", Some("${HOME}/a/b")),
            ("$HOME", "/app", Some("/app")),
            ("/srv", "../app", None),
        ] {
            assert_eq!(join_written_paths(before, path).as_deref(), expected, "{before} {path}");
        }
    }
}
