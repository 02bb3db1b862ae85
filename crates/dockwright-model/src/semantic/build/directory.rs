//! [`WorkingDirectory`]: the working directory, as far as the file determines it; and the meaning of Windows paths.

use std::borrow::Cow;

use crate::semantic::paths;

/// Maximum length of a path on Linux, in bytes. Longer paths are treated as unknown.
const LONGEST: usize = 4096;

/// The working directory after an instruction, as far as the file determines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingDirectory {
    /// An absolute path, as short as possible; `None` if an external image decides it.
    pub path: Option<String>,
    /// Whether it is the same in every build.
    pub certain: bool,
}

impl WorkingDirectory {
    /// The working directory of an external image, which is not known here.
    pub(crate) const UNKNOWN_OF_IMAGE: Self = Self { path: None, certain: false };

    /// A working directory that an image is known to set.
    pub fn from_known_image(path: &str) -> Self {
        Self { path: Self::root().join(path), certain: false }
    }

    /// The working directory of `scratch`.
    pub fn root() -> Self {
        Self { path: Some("/".to_string()), certain: true }
    }

    /// The directory after `WORKDIR path`; `known`: whether all of the path is known.
    #[must_use]
    pub fn enter_directory(&self, path: &str, certain: bool, known: bool) -> Self {
        if !known {
            return Self::UNKNOWN_OF_IMAGE;
        }
        let absolute = path.starts_with('/');
        let before = if absolute { 0 } else { self.path.as_ref().map_or(0, String::len) };
        if before + path.len() > LONGEST {
            return Self::UNKNOWN_OF_IMAGE;
        }
        Self { path: self.join(path), certain: certain && (absolute || self.certain) }
    }

    /// A path relative to this directory, made absolute and as short as possible.
    pub fn join(&self, path: &str) -> Option<String> {
        paths::join_path(self.path.as_deref(), path)
    }
}

/// Whether BuildKit treats a path as absolute.
pub(crate) fn is_absolute(path: &str, windows: bool) -> bool {
    path.starts_with('/') || (windows && (path.starts_with('\\') || split_drive(path).is_some()))
}

/// Splits a path that starts at the root of a drive into the drive and the rest, from its slash on.
fn split_drive(path: &str) -> Option<(char, &str)> {
    let mut characters = path.chars();
    let letter = characters.next().filter(char::is_ascii_alphabetic)?;
    let rest = characters.as_str().strip_prefix(':')?;
    rest.starts_with(['\\', '/']).then_some((letter, rest))
}

/// A Windows path converted to one on the system drive, with slashes. `None` if it is on another drive, on a server,
/// or relative to the current directory of a drive.
pub(super) fn path_on_system_drive(path: &str) -> Option<Cow<'_, str>> {
    let rest = match split_drive(path) {
        Some(('c' | 'C', rest)) => rest,
        Some(_) => return None,
        None if path.get(1..2) == Some(":") => return None,
        None => path,
    };
    let is_separator = |at: usize| matches!(rest.as_bytes().get(at), Some(b'\\' | b'/'));
    if is_separator(0) && is_separator(1) {
        return None;
    }
    Some(if rest.contains('\\') { Cow::Owned(rest.replace('\\', "/")) } else { Cow::Borrowed(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_windows_paths() {
        for (path, absolute, on_system_drive) in [
            ("C:\\svc", true, Some("/svc")),
            ("c:/svc\\a", true, Some("/svc/a")),
            ("D:/data", true, None),
            ("C:svc", false, None),
            ("C:", false, None),
            ("\\svc", true, Some("/svc")),
            ("\\\\server\\share", true, None),
            ("//server/share", true, None),
            ("/svc", true, Some("/svc")),
            ("svc\\a", false, Some("svc/a")),
            ("é:/a", false, Some("é:/a")),
            ("", false, Some("")),
        ] {
            assert_eq!(is_absolute(path, true), absolute, "{path}");
            assert_eq!(is_absolute(path, false), path.starts_with('/'), "{path}");
            assert_eq!(path_on_system_drive(path).as_deref(), on_system_drive, "{path}");
        }
    }

    #[test]
    fn resolves_consecutive_workdirs() {
        for (path, expected) in [
            ("", "/"),
            ("a", "/a"),
            ("/a/b", "/a/b"),
            ("a//b/./c/", "/a/b/c"),
            ("..", "/"),
            ("a/../..", "/"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(WorkingDirectory::root().join(path).as_deref(), Some(expected), "{path}");
        }
        let inside = WorkingDirectory::root().enter_directory("/a", true, true);
        assert_eq!(inside.join("../").as_deref(), Some("/"));
        assert_eq!(inside.join("b").as_deref(), Some("/a/b"));
        assert_eq!(WorkingDirectory::UNKNOWN_OF_IMAGE.join("b"), None);
        assert_eq!(
            WorkingDirectory::UNKNOWN_OF_IMAGE.enter_directory("/b", true, true).join("c").as_deref(),
            Some("/b/c")
        );
        assert!(!inside.enter_directory("b", false, true).certain);
        assert_eq!(inside.enter_directory("b", true, false), WorkingDirectory::UNKNOWN_OF_IMAGE);
    }
}
