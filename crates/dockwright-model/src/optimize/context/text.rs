//! The text of a file of the context, read on demand.

use std::fs;

use super::ContextFiles;

/// Maximum size of a file that is read, in bytes: dependency files, lock files and sources are smaller.
const LONGEST: u64 = 8 * 1024 * 1024;

impl ContextFiles {
    /// The text of the file with this path relative to the context. `None` if it does not exist, is excluded by the
    /// ignore file, is too large, or is not text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let at = self.all.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        let file = self.all.get(at).filter(|file| file.bytes <= LONGEST)?;
        fs::read_to_string(self.root.join(&file.path)).ok()
    }
}

impl ContextFiles {
    /// Whether the owner of a file may run it; `None` if the system has no such modes, or if the mode cannot be read.
    #[must_use]
    pub fn is_executable(&self, path: &str) -> Option<bool> {
        file_mode_of(&self.root.join(path)).map(|mode| mode & 0o111 != 0)
    }
}

#[cfg(unix)]
fn file_mode_of(path: &std::path::Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|about| about.mode())
}

#[cfg(not(unix))]
fn file_mode_of(_: &std::path::Path) -> Option<u32> {
    None
}
