//! [`GitRepository`]: runs git to find out what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use super::diff::ChangedLines;
use crate::cli::error::CliError;
use crate::library_errors::describe_io_error;

/// A renamed file is compared with the file that it was.
const FIND_RENAMES: &str = "--find-renames";

/// Runs git in one repository.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GitRepository<'a> {
    pub root: &'a Path,
}

impl GitRepository<'_> {
    /// The changes in the working tree since the merge base of the commit and HEAD.
    pub(crate) fn changes_since(self, reference: &str) -> Result<ChangedLines, CliError> {
        let root = self.root.to_string_lossy();
        let base = self.comparison_commit(reference)?;
        let diff = self.run(&[
            "-c",
            "core.quotePath=true",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            FIND_RENAMES,
            "--no-relative",
            "--text",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &base,
            "--",
        ])?;
        let untracked = self.run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        match (diff, untracked) {
            (Some(diff), Some(untracked)) => Ok(ChangedLines::new(&diff, &untracked)),
            _ => Err(CliError::usage(format!(
                "`--since {reference}`: git cannot list the changes in `{root}`"
            ))
            .help(format!("`git -C {root} diff {reference}` prints why"))),
        }
    }

    /// The commit to compare with: the merge base of `reference` and HEAD.
    pub(crate) fn comparison_commit(self, reference: &str) -> Result<String, CliError> {
        let root = self.root.to_string_lossy();
        if reference.trim().is_empty() {
            return Err(CliError::usage("`--since` requires a value").help("use `--since REF`"));
        }
        let commit = self
            .run(&[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{reference}^{{commit}}"),
            ])?
            .ok_or_else(|| {
                // Git refuses repositories of other users.
                if self.run(&["rev-parse", "--git-dir"]).is_ok_and(|directory| directory.is_none()) {
                    return CliError::usage(format!("`--since {reference}`: git does not trust `{root}`"))
                        .help(format!("run `git config --global --add safe.directory {root}`"));
                }
                if self.run(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_ok_and(|head| head.is_none()) {
                    return CliError::usage(format!(
                        "`--since {reference}`: the repository has no commits yet"
                    ))
                    .help("commit first, or remove `--since`");
                }
                let help = if self.root.join(".git/shallow").exists() {
                    "the clone is shallow: fetch its history with `git fetch --unshallow`"
                } else {
                    "`git branch --all` and `git tag` list the names"
                };
                CliError::usage(format!("`--since {reference}`: not a commit, branch or tag in `{root}`"))
                    .help(help)
            })?;
        let commit = commit.trim();
        // Without a common commit, as in a shallow clone, the commit itself is used.
        let base = self.run(&["merge-base", commit, "HEAD"])?;
        Ok(base.as_deref().map_or(commit, str::trim).to_string())
    }

    /// The paths that differ from a commit, including untracked files; relative to the root, with `/`.
    pub(crate) fn changed_paths(self, commit: &str) -> Result<BTreeSet<String>, CliError> {
        let diff = self.run(&["diff", "--name-only", "--no-renames", "--no-relative", "-z", commit, "--"])?;
        let untracked = self.run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        Ok(diff.iter().chain(&untracked).flat_map(|all| split_names(all)).collect())
    }

    /// The renamed files, by their present paths, with the paths that they had at a commit.
    pub(crate) fn renamed_paths(self, commit: &str) -> Result<BTreeMap<String, String>, CliError> {
        let arguments =
            ["diff", "--name-status", FIND_RENAMES, "--diff-filter=R", "--no-relative", "-z", commit, "--"];
        let diff = self.run(&arguments)?.unwrap_or_default();
        // For each file, the similarity and both paths: `R090`, `a/Dockerfile`, `b/Dockerfile`.
        let mut names = split_names(&diff);
        let mut renamed = BTreeMap::new();
        while let (Some(_), Some(old), Some(new)) = (names.next(), names.next(), names.next()) {
            renamed.insert(new, old);
        }
        Ok(renamed)
    }

    /// The paths that git tracks now.
    pub(crate) fn tracked_paths(self) -> Result<BTreeSet<String>, CliError> {
        Ok(self.run(&["ls-files", "-z"])?.iter().flat_map(|all| split_names(all)).collect())
    }

    /// Writes the files of a commit into a directory. The index and the working tree stay as they are.
    pub(crate) fn export(self, commit: &str, to: &Path) -> Result<(), CliError> {
        let index = to.join("index");
        let tree = format!("--prefix={}/tree/", to.to_string_lossy());
        let read = self.run_with_index(&["read-tree", commit], Some(&index))?;
        let written =
            self.run_with_index(&["checkout-index", "--all", "--force", "--quiet", &tree], Some(&index))?;
        match (read, written) {
            (Some(_), Some(_)) => Ok(()),
            _ => Err(CliError::usage(format!("`--since`: git cannot write the files of `{commit}`"))
                .help("free some space in the temporary directory")),
        }
    }

    /// The output of git; `None` if git fails.
    fn run(self, arguments: &[&str]) -> Result<Option<String>, CliError> {
        self.run_with_index(arguments, None)
    }

    fn run_with_index(self, arguments: &[&str], index: Option<&Path>) -> Result<Option<String>, CliError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
        // git sets these for hooks, possibly for another repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_DIFF_OPTS"] {
            command.env_remove(name);
        }
        command.env_remove("GIT_INDEX_FILE");
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let output = command.output().map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                CliError::usage("`--since`: git is not installed").help("install git, or remove `--since`")
            }
            _ => CliError::usage(format!("`--since`: cannot run git ({})", describe_io_error(&error)))
                .help("install git, or remove `--since`"),
        })?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}

fn split_names(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split('\0').filter(|name| !name.is_empty()).map(str::to_string)
}
