//! [`Directory`]: the working directory, as far as the file says what it is.

/// Linux takes no longer path, in bytes: nothing is known of one that grows beyond it.
const LONGEST: usize = 4096;

/// A working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// An absolute path, as short as possible; `None` where an image from outside decides it.
    pub path: Option<String>,
    /// Whether it is the same in every build.
    pub certain: bool,
}

impl Directory {
    /// What an image from outside has: not known here.
    pub const OF_IMAGE: Self = Self { path: None, certain: false };

    /// What an image has of which the working directory is known, as far as images stay as they are.
    pub fn of_known_image(path: &str) -> Self {
        Self { path: Self::root().join(path), certain: false }
    }

    /// What `scratch` has.
    pub fn root() -> Self {
        Self { path: Some("/".to_string()), certain: true }
    }

    /// The directory after `WORKDIR path`; `known` says whether all of the path is known.
    #[must_use]
    pub fn enter(&self, path: &str, certain: bool, known: bool) -> Self {
        if !known {
            return Self::OF_IMAGE;
        }
        let absolute = path.starts_with('/');
        let before = if absolute { 0 } else { self.path.as_ref().map_or(0, String::len) };
        if before + path.len() > LONGEST {
            return Self::OF_IMAGE;
        }
        Self { path: self.join(path), certain: certain && (absolute || self.certain) }
    }

    /// A path seen from here, made as short as possible.
    pub fn join(&self, path: &str) -> Option<String> {
        let start = if path.starts_with('/') { "" } else { self.path.as_deref()? };
        let mut parts = Vec::new();
        for part in start.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                _ => parts.push(part),
            }
        }
        Some(format!("/{}", parts.join("/")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_follow_one_another() {
        for (path, expected) in [
            ("", "/"),
            ("a", "/a"),
            ("/a/b", "/a/b"),
            ("a//b/./c/", "/a/b/c"),
            ("..", "/"),
            ("a/../..", "/"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(Directory::root().join(path).as_deref(), Some(expected), "{path}");
        }
        let inside = Directory::root().enter("/a", true, true);
        assert_eq!(inside.join("../").as_deref(), Some("/"));
        assert_eq!(inside.join("b").as_deref(), Some("/a/b"));
        assert_eq!(Directory::OF_IMAGE.join("b"), None);
        assert_eq!(Directory::OF_IMAGE.enter("/b", true, true).join("c").as_deref(), Some("/b/c"));
        assert!(!inside.enter("b", false, true).certain);
        assert_eq!(inside.enter("b", true, false), Directory::OF_IMAGE);
    }
}
