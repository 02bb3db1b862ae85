//! [`SourceMatcher`]: which files of the build context a step uses, and whether a changed file is one of them.

use super::model::Rebuilt;
use crate::semantic::paths::base_name;
pub(super) use crate::semantic::paths::context_path as clean;
use crate::semantic::{IgnorePattern, PathPattern};

/// A source of COPY or ADD, or of a mount, in the build context.
#[derive(Debug, Clone)]
pub struct SourceMatcher {
    /// Relative to the context, cleaned; `.` is all of it.
    pub pattern: String,
    /// The path as written, with variables replaced.
    pub written: String,
    /// Whether it is completely known: it contains no variable without a value.
    pub known: bool,
    glob: Option<PathPattern>,
    excludes: Vec<IgnorePattern>,
}

/// A path of the build context that is assumed to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedPath {
    /// Relative to the context, cleaned.
    pub path: String,
    /// Whether the path itself changes; otherwise any file below it.
    pub(crate) exact: bool,
}

impl SourceMatcher {
    /// `excludes`: the patterns of `--exclude`.
    pub fn new(written: &str, known: bool, excludes: &[&str]) -> Self {
        let pattern = clean(written);
        let glob = PathPattern::is_pattern(&pattern).then(|| PathPattern::new(&pattern)).flatten();
        let excludes = excludes.iter().map(|exclude| IgnorePattern::new(exclude)).collect();
        Self { written: written.to_string(), known, glob, excludes, pattern }
    }

    /// Whether it is the whole context.
    pub fn is_whole_context(&self) -> bool {
        self.pattern == "." && self.known
    }

    /// Whether it contains `*`, `?` or `[…]`.
    pub fn is_glob(&self) -> bool {
        self.pattern.contains(['*', '?', '['])
    }

    /// The part of the path, from its start, that the source names: the file itself, or the directory whose content
    /// is copied. `None` if the source does not include the path.
    pub fn path_prefix_named_by_source<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.excludes.iter().any(|exclude| exclude.matches_path(path)) {
            return None;
        }
        if self.pattern == "." {
            return Some("");
        }
        let Some(glob) = &self.glob else {
            let rest = path.strip_prefix(self.pattern.as_str())?;
            let whole = rest.is_empty() || rest.starts_with('/');
            return whole.then(|| path.get(..self.pattern.len()).unwrap_or_default());
        };
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| path.get(..end)).find(|part| glob.is_match(part))
    }

    /// Whether the change affects the files of this source.
    pub(crate) fn effect_of_change(&self, touch: &ChangedPath) -> Rebuilt {
        if !self.known {
            return Rebuilt::Maybe;
        }
        if self.path_prefix_named_by_source(&touch.path).is_some() {
            return Rebuilt::Yes;
        }
        // The changed file may be any file in a directory.
        if !touch.exact {
            let prefix = if touch.path == "." { String::new() } else { format!("{}/", touch.path) };
            let fixed = self.pattern.split(['*', '?', '[']).next().unwrap_or_default();
            let below = fixed.starts_with(&prefix) || (self.is_glob() && prefix.starts_with(fixed));
            // A source that is a directory may contain the changed file; one that is a single file is assumed
            // to be another file.
            if below && !looks_like_file(&self.pattern) {
                return Rebuilt::Maybe;
            }
        }
        Rebuilt::No
    }
}

/// Whether the last part of a path has an extension, or is a usual name of a file.
pub(super) fn looks_like_file(path: &str) -> bool {
    let name = base_name(path);
    super::manifest::is_manifest(name)
        || matches!(name, "Makefile" | "gradlew" | "mvnw" | "Procfile" | "LICENSE" | "Rakefile")
        || name.trim_start_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_changed_paths() {
        let exact = |path: &str| ChangedPath { path: path.to_string(), exact: true };
        let below = |path: &str| ChangedPath { path: path.to_string(), exact: false };
        for (source, touch, expected) in [
            (".", exact("a/b.py"), Rebuilt::Yes),
            ("./", exact("b.py"), Rebuilt::Yes),
            ("/src/", exact("src/b.py"), Rebuilt::Yes),
            ("src", exact("srcs/b.py"), Rebuilt::No),
            ("src", exact("src"), Rebuilt::Yes),
            ("*.py", exact("b.py"), Rebuilt::Yes),
            ("*.py", exact("a/b.py"), Rebuilt::No),
            ("s*", exact("src/b.py"), Rebuilt::Yes),
            ("a*^b", exact("aa^b"), Rebuilt::Yes),
            ("?^v2.txt", exact("a^v2.txt"), Rebuilt::Yes),
            ("[^x]^v2.txt", exact("a^v2.txt"), Rebuilt::Yes),
            ("**/b.py", exact("a/c/b.py"), Rebuilt::No),
            ("[]a]", exact("]"), Rebuilt::No),
            ("package*.json", exact("package-lock.json"), Rebuilt::Yes),
            ("../x", exact("x"), Rebuilt::Yes),
            (".", below("."), Rebuilt::Yes),
            ("src", below("."), Rebuilt::Maybe),
            ("package.json", below("."), Rebuilt::No),
            ("requirements", below("src"), Rebuilt::No),
            ("src/a", below("src"), Rebuilt::Maybe),
            ("src", below("src/a"), Rebuilt::Yes),
        ] {
            assert_eq!(
                SourceMatcher::new(source, true, &[]).effect_of_change(&touch),
                expected,
                "{source} {touch:?}"
            );
        }
        assert_eq!(SourceMatcher::new("x", false, &[]).effect_of_change(&exact("y")), Rebuilt::Maybe);
        assert_eq!(SourceMatcher::new(".", true, &["*.md"]).effect_of_change(&exact("a.md")), Rebuilt::No);
        assert_eq!(
            SourceMatcher::new(".", true, &["**/*.md"]).effect_of_change(&exact("a/b/c.md")),
            Rebuilt::No
        );
        assert_eq!(
            SourceMatcher::new(".", true, &["docs"]).effect_of_change(&exact("docs/c.md")),
            Rebuilt::No
        );
    }
}
