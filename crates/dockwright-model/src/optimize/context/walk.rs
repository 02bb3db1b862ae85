//! Reads a build context: the files, their sizes, and the ignore file that the builder would choose.

use std::path::Path;

use walkdir::WalkDir;

use super::{Amount, ContextFile, ContextFiles};
use crate::semantic::IgnoreFile;

/// Maximum number of files in a context.
const MAX_FILES: usize = 500_000;

/// Why a context cannot be used.
#[derive(Debug, Clone, Copy)]
pub enum ContextError {
    NotADirectory,
    TooManyFiles,
}

/// Reads the directory. `dockerfile`: where the Dockerfile is, for a separate ignore file.
///
/// # Errors
/// The path is not a directory, or the directory has too many files.
pub fn read_context(
    directory: &Path,
    shown: &str,
    dockerfile: Option<&Path>,
) -> Result<ContextFiles, ContextError> {
    if !directory.is_dir() {
        return Err(ContextError::NotADirectory);
    }
    let (ignore_file, ignore) = ignore_file(directory, dockerfile);
    let root = directory.to_path_buf();
    let ignored = ignore.clone().unwrap_or_default();
    let mut files =
        ContextFiles { directory: shown.to_string(), root, ignore_file, ignored, ..ContextFiles::default() };
    let mut count = 0usize;
    // Excluded directories, with a trailing `/`; everything below them is excluded, too, unless a pattern includes it.
    let mut excluded_directory: Option<String> = None;
    for entry in WalkDir::new(directory).follow_links(false).sort_by_file_name() {
        let Ok(entry) = entry else {
            files.unreadable += 1;
            continue;
        };
        let Ok(relative) = entry.path().strip_prefix(directory) else { continue };
        let path = path_with_slashes(relative);
        if path.is_empty() {
            continue;
        }
        let below = excluded_directory.as_ref().is_some_and(|prefix| path.starts_with(prefix.as_str()));
        let out = below || ignore.as_ref().is_some_and(|ignore| ignore.excludes(&path));
        if entry.file_type().is_dir() {
            if out && !below && ignore.as_ref().is_some_and(|ignore| !ignore.has_exception_patterns()) {
                excluded_directory = Some(path + "/");
            }
            continue;
        }
        count += 1;
        if count > MAX_FILES {
            return Err(ContextError::TooManyFiles);
        }
        let bytes = if entry.file_type().is_file() {
            match entry.metadata() {
                Ok(about) => about.len(),
                Err(_) => {
                    files.unreadable += 1;
                    continue;
                }
            }
        } else if entry.file_type().is_symlink() {
            // A link has no content of its own.
            0
        } else {
            continue;
        };
        if out {
            files.excluded.add(bytes);
        } else {
            files.all.push(ContextFile { path, bytes });
        }
    }
    files.all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The ignore file: that of the Dockerfile, or else that of the context.
fn ignore_file(directory: &Path, dockerfile: Option<&Path>) -> (Option<String>, Option<IgnoreFile>) {
    let own = dockerfile.and_then(|path| {
        let mut name = path.file_name()?.to_os_string();
        name.push(".dockerignore");
        Some(path.with_file_name(name))
    });
    for path in own.into_iter().chain([directory.join(".dockerignore")]) {
        if let Ok(content) = std::fs::read(&path) {
            let shown =
                path.strip_prefix(directory).map_or_else(|_| path_with_slashes(&path), path_with_slashes);
            return (Some(shown), Some(IgnoreFile::parse(&content)));
        }
    }
    (None, None)
}

fn path_with_slashes(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

impl ContextFiles {
    /// Whether the path is that of a file that a build sees, or of a directory with one.
    pub fn contains_path(&self, path: &str) -> bool {
        let at = self.all.partition_point(|file| file.path.as_str() < path);
        let directory = format!("{path}/");
        let below = self.all.partition_point(|file| file.path < directory);
        self.all.get(at).is_some_and(|file| file.path == path)
            || self.all.get(below).is_some_and(|file| file.path.starts_with(&directory))
    }

    /// The files of the build context in a directory, as relative paths; empty for a file.
    pub fn files_below(&self, directory: &str) -> Vec<String> {
        let directory = super::clean(directory);
        let prefix = if directory == "." { String::new() } else { format!("{directory}/") };
        let below = self.all.iter().filter_map(|file| file.path.strip_prefix(prefix.as_str()));
        below.map(str::to_string).collect()
    }

    /// The number and size of all files in the build context.
    pub fn total(&self) -> Amount {
        let mut total = Amount::default();
        for file in &self.all {
            total.add(file.bytes);
        }
        total
    }
}
