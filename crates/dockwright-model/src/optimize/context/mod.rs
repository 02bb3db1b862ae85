//! The build context: its files without those that the ignore file excludes, the files that COPY uses, and those that
//! it should not copy.

mod archive;
mod ecosystem;
mod junk;
mod proposal;
mod table;
mod text;
mod walk;

use std::path::PathBuf;

use super::source_matcher::clean;
use crate::semantic::IgnoreFile;

use schemars::JsonSchema;
use serde::Serialize;

pub use archive::AddedFileKind;
pub(crate) use junk::is_secret_directory;
pub use junk::{find_junk, is_secret};
pub(crate) use table::context_report;
pub use table::is_secret_file;
pub use walk::{ContextError, read_context};

/// A file of the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFile {
    /// From the directory of the context, with `/`.
    pub path: String,
    pub bytes: u64,
}

/// The files of a build context, and the number and bytes of those that the ignore file excludes.
#[derive(Debug, Clone, Default)]
pub struct ContextFiles {
    /// The directory, as the user would write it.
    pub directory: String,
    /// Where it is.
    pub root: PathBuf,
    /// Whether it was not given: it is the directory of the Dockerfile.
    pub assumed: bool,
    /// The files that a build sees, sorted by path.
    pub all: Vec<ContextFile>,
    /// The ignore file, from the directory of the context.
    pub ignore_file: Option<String>,
    /// Its patterns.
    pub ignored: IgnoreFile,
    /// The files that the ignore file excludes.
    pub excluded: Amount,
    /// Files and directories that could not be read.
    pub unreadable: usize,
}

/// The state of a path in the build context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextVisibility {
    Yes,
    /// It is there, but the ignore file excludes it.
    Ignored,
    No,
}

impl ContextFiles {
    /// Whether a build sees this file, or a file in this directory; the path starts at the context.
    #[must_use]
    pub fn find(&self, path: &str) -> ContextVisibility {
        let path = clean(path);
        let below = format!("{path}/");
        let is_it = |file: &ContextFile| path == "." || file.path == path || file.path.starts_with(&below);
        if self.all.iter().any(is_it) {
            ContextVisibility::Yes
        } else if self.root.join(&path).symlink_metadata().is_ok() {
            ContextVisibility::Ignored
        } else {
            ContextVisibility::No
        }
    }
}

/// A number of files and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Amount {
    pub files: usize,
    pub bytes: u64,
}

impl Amount {
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// The context, as reports show it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContextReport {
    #[serde(rename = "folder")]
    pub directory: String,
    /// Assumed: the directory of the Dockerfile, because all sources of COPY are there.
    pub(crate) assumed: bool,
    pub ignore_file: Option<String>,
    /// The files that the ignore file does not exclude.
    pub total: Amount,
    #[serde(rename = "left_out")]
    pub excluded: Amount,
    /// Files and directories that could not be read.
    pub unreadable: usize,
    /// The largest directories at the top, and `.` for the files there; at most ten.
    #[serde(rename = "folders")]
    pub directories: Vec<DirectorySize>,
    /// The files that each COPY, ADD and bind mount uses.
    pub copies: Vec<CopiedSources>,
    /// Files that no image needs and that a COPY, ADD or bind mount uses; the largest first.
    pub junk: Vec<UnwantedFile>,
    /// Files that look like secrets and are copied, by path.
    pub secrets: Vec<SecretFile>,
    /// The proposed ignore file, if there is none.
    pub proposal: Option<IgnoreFileProposal>,
    /// Lines to add to the existing ignore file, if it does not exclude unneeded files.
    pub additions: Option<IgnoreFileProposal>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DirectorySize {
    pub path: String,
    pub amount: Amount,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CopiedSources {
    /// The step that uses them, by id.
    pub step: usize,
    /// From 1.
    pub line: u32,
    pub sources: Vec<String>,
    pub amount: Amount,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnwantedFile {
    /// The directory or file.
    pub path: String,
    pub amount: Amount,
    /// The kind of file, such as "test coverage".
    pub why: String,
    /// Whether it is copied into the image, and not only into a build stage.
    pub ships: bool,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SecretFile {
    pub path: String,
    /// The step that copies it, by id.
    pub step: usize,
    /// From 1.
    pub line: u32,
    pub ships: bool,
}

/// An ignore file for a context that has none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IgnoreFileProposal {
    /// Its lines.
    pub lines: Vec<String>,
    /// What it excludes.
    pub leaves_out: Amount,
}
