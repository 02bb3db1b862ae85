//! [`PathGlobs`]: patterns for paths, written in a configuration or on the command line.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error_text::ErrorText;
use crate::library_errors::describe_glob_error;

/// Patterns relative to a directory. One without a slash matches a name at any depth; one that matches a directory
/// matches everything in it.
#[derive(Debug, Clone)]
pub(crate) struct PathGlobs {
    base: PathBuf,
    set: GlobSet,
}

impl PathGlobs {
    /// `base` is absolute and without `.` and `..`: see [`absolute_path`].
    ///
    /// # Errors
    /// The first invalid pattern, and why it is invalid.
    pub(crate) fn new<'a>(
        base: impl Into<PathBuf>,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (&'a str, ErrorText)> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let anywhere = !pattern.trim_end_matches('/').contains('/');
            let path = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
            let path = if anywhere { format!("**/{path}") } else { path.to_string() };
            let glob = GlobBuilder::new(&path).literal_separator(true).build();
            set.add(glob.map_err(|error| (pattern, describe_glob_error(error.kind())))?);
        }
        let set = set.build().map_err(|error| ("", describe_glob_error(error.kind())))?;
        Ok(Self { base: base.into(), set })
    }

    /// Whether a pattern matches this absolute path, or a directory that contains it.
    #[must_use]
    pub(crate) fn matches(&self, path: &Path) -> bool {
        let Ok(path) = path.strip_prefix(&self.base) else { return false };
        !self.set.is_empty()
            && path.ancestors().any(|path| !path.as_os_str().is_empty() && self.set.is_match(path))
    }
}

/// The path from the root, with `.` and `..` resolved without access to the file system.
#[must_use]
pub(crate) fn absolute_path(current: &Path, path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in current.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            _ => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_relative_and_cover_directories() {
        for (pattern, path, expected) in [
            ("third_party/**", "/r/third_party/a/Dockerfile", true),
            ("third_party", "/r/x/third_party/a/Dockerfile", true),
            ("./third_party/", "/r/third_party/Dockerfile", true),
            ("/a/b", "/r/a/b/Dockerfile", true),
            ("a/b", "/r/x/a/b/Dockerfile", false),
            ("*.Dockerfile", "/r/x/y.Dockerfile", true),
            ("a/*", "/r/a/b/Dockerfile", true),
            ("a/*/Dockerfile", "/r/a/b/c/Dockerfile", false),
            ("**/Dockerfile", "/other/Dockerfile", false),
            ("legacy/**/Dockerfile*", "/r/legacy/Dockerfile.x", true),
        ] {
            let globs = PathGlobs::new("/r", [pattern]).expect("a pattern");
            assert_eq!(globs.matches(Path::new(path)), expected, "{pattern} {path}");
        }
        assert!(PathGlobs::new("/r", ["a["]).is_err());
    }

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(absolute_path(Path::new("/a/b"), Path::new("./../c//d/.")), Path::new("/a/c/d"));
        assert_eq!(absolute_path(Path::new("/a"), Path::new("../../..")), Path::new("/"));
        assert_eq!(absolute_path(Path::new("/a"), Path::new("/b")), Path::new("/b"));
    }
}
