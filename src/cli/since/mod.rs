//! `--since`: the lines that have changed since a commit, from git.

mod diff;
mod git;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::CliError;
use crate::report::LocatedDiagnostic;
use diff::ChangedLines;
pub(super) use diff::LineSet;
pub(super) use git::GitRepository;

/// The changes since a commit, in each repository that contains the files. git runs only once for each repository.
#[derive(Debug)]
pub(super) struct ChangesSince<'a> {
    /// A commit, branch or tag.
    reference: &'a str,
    repositories: BTreeMap<PathBuf, ChangedLines>,
}

impl<'a> ChangesSince<'a> {
    #[must_use]
    pub(super) fn new(reference: &'a str) -> Self {
        Self { reference, repositories: BTreeMap::new() }
    }

    /// The changed lines of the file with this absolute path; `None` if there are none.
    ///
    /// # Errors
    /// The file is not in a repository, git cannot be run, or the commit is unknown.
    pub(super) fn changed_lines(&mut self, file: &Path) -> Result<Option<LineSet>, CliError> {
        let root = repository_root(file)?;
        if !self.repositories.contains_key(root) {
            let changes = GitRepository { root }.changes_since(self.reference)?;
            self.repositories.insert(root.to_path_buf(), changes);
        }
        let changes = self.repositories.get(root);
        let below = file.strip_prefix(root).unwrap_or(file);
        Ok(changes.and_then(|changes| changes.lines_of(below)).cloned())
    }
}

/// The root of the repository that contains the file with this absolute path.
///
/// # Errors
/// The file is not in a repository.
pub(super) fn repository_root(file: &Path) -> Result<&Path, CliError> {
    file.ancestors().skip(1).find(|directory| directory.join(".git").exists()).ok_or_else(|| {
        let current = std::env::current_dir().unwrap_or_default();
        let file = file.strip_prefix(&current).unwrap_or(file).to_string_lossy();
        CliError::usage(format!("`--since`: `{file}` is not in a git repository"))
            .help("check files in a git repository, or remove `--since`")
    })
}

impl LineSet {
    /// Whether the affected text of the diagnostic is on one of these lines.
    #[must_use]
    pub(super) fn contains_problem(&self, located: &LocatedDiagnostic) -> bool {
        let (first, mut last) = (located.start.line, located.end.line);
        // The end is the position after the last character: it may be the start of the next line.
        if last > first && located.end.column == 1 {
            last -= 1;
        }
        self.overlaps_lines(first, last)
    }
}
