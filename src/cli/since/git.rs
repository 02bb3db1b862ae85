//! [`Git`]: runs git to find out what has changed.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use super::diff::Changes;
use crate::cli::error::Error;
use crate::library_errors::io_error;

/// git in one repository.
#[derive(Debug, Clone, Copy)]
pub struct Git<'a> {
    pub root: &'a Path,
}

impl Git<'_> {
    /// What the files of the working tree have that the commit has not. Where the commit lies on another branch,
    /// what counts is the commit at which the branches part.
    pub fn changes_since(self, reference: &str) -> Result<Changes, Error> {
        let root = self.root.to_string_lossy();
        let commit = self
            .answer(&[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{reference}^{{commit}}"),
            ])?
            .ok_or_else(|| {
                let shallow = if self.root.join(".git/shallow").exists() {
                    "; the clone is shallow: fetch more of its history"
                } else {
                    ""
                };
                Error::Usage(format!("`{reference}` is not a commit, branch or tag in `{root}`{shallow}"))
            })?;
        let commit = commit.trim();
        // Where there is no common commit, as in a shallow clone, the commit itself has to do.
        let base = self.answer(&["merge-base", commit, "HEAD"])?;
        let base = base.as_deref().map_or(commit, str::trim);
        let diff = self.answer(&[
            "-c",
            "core.quotePath=true",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--no-relative",
            "--text",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            base,
            "--",
        ])?;
        let untracked = self.answer(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        match (diff, untracked) {
            (Some(diff), Some(untracked)) => Ok(Changes::new(&diff, &untracked)),
            _ => Err(Error::Usage(format!("git cannot list the changes in `{root}` since `{reference}`"))),
        }
    }

    /// What git prints; `None` where it says no.
    fn answer(self, arguments: &[&str]) -> Result<Option<String>, Error> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
        // A hook's git sets these, and they may be about another repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_DIFF_OPTS"] {
            command.env_remove(name);
        }
        let output = command.output().map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Usage("`--since` needs git, which is not installed".to_string()),
            _ => Error::Usage(format!("`--since` needs git, which cannot be run: {}", io_error(&error))),
        })?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}
