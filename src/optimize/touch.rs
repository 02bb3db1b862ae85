//! [`Read`]: which files of the build context a step takes, and whether a changed file is one of them.

use super::model::Runs;
pub use crate::semantic::paths::in_context as clean;
use crate::semantic::{IgnorePattern, PathPattern};

/// A source of COPY or ADD, or of a mount, in the build context.
#[derive(Debug, Clone)]
pub struct Read {
    /// Relative to the context, cleaned; `.` is all of it.
    pub pattern: String,
    /// As it is written, variables replaced.
    pub written: String,
    /// Whether all of it is known: no variable without a value in it.
    pub known: bool,
    glob: Option<PathPattern>,
    excludes: Vec<IgnorePattern>,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Relative to the context, cleaned.
    pub path: String,
    /// The path itself; else any file below it.
    pub exact: bool,
}

impl Read {
    /// `excludes`: the patterns of `--exclude`.
    pub fn new(written: &str, known: bool, excludes: &[&str]) -> Self {
        let pattern = clean(written);
        let glob = PathPattern::is_pattern(&pattern).then(|| PathPattern::new(&pattern)).flatten();
        let excludes = excludes.iter().map(|exclude| IgnorePattern::new(exclude)).collect();
        Self { written: written.to_string(), known, glob, excludes, pattern }
    }

    /// Whether it takes all of the context.
    pub fn is_whole(&self) -> bool {
        self.pattern == "." && self.known
    }

    /// Whether it has `*`, `?` or `[…]` in it.
    pub fn is_glob(&self) -> bool {
        self.pattern.contains(['*', '?', '['])
    }

    /// The part of the path, from its start, that the source names: the file itself, or the folder whose
    /// content is copied. `None` where it takes nothing of it.
    pub fn reach<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.excludes.iter().any(|exclude| exclude.covers(path)) {
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

    /// Whether the change is one of what this takes.
    pub fn takes(&self, touch: &Touch) -> Runs {
        if !self.known {
            return Runs::Maybe;
        }
        if self.reach(&touch.path).is_some() {
            return Runs::Yes;
        }
        // Of a file somewhere below a folder, nobody knows whether it is one of these.
        if !touch.exact {
            let prefix = if touch.path == "." { String::new() } else { format!("{}/", touch.path) };
            let fixed = self.pattern.split(['*', '?', '[']).next().unwrap_or_default();
            let below = fixed.starts_with(&prefix) || (self.is_glob() && prefix.starts_with(fixed));
            // Only a folder is likely to hold it; a file that is named is another one.
            if below && !looks_like_file(&self.pattern) {
                return Runs::Maybe;
            }
        }
        Runs::No
    }
}

/// Whether the last part of a path has an extension, or is a name that files have.
fn looks_like_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    super::manifest::is_manifest(name)
        || matches!(name, "Makefile" | "gradlew" | "mvnw" | "Procfile" | "LICENSE" | "Rakefile")
        || name.trim_start_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken() {
        let exact = |path: &str| Touch { path: path.to_string(), exact: true };
        let below = |path: &str| Touch { path: path.to_string(), exact: false };
        for (source, touch, expected) in [
            (".", exact("a/b.py"), Runs::Yes),
            ("./", exact("b.py"), Runs::Yes),
            ("/src/", exact("src/b.py"), Runs::Yes),
            ("src", exact("srcs/b.py"), Runs::No),
            ("src", exact("src"), Runs::Yes),
            ("*.py", exact("b.py"), Runs::Yes),
            ("*.py", exact("a/b.py"), Runs::No),
            ("s*", exact("src/b.py"), Runs::Yes),
            ("a*^b", exact("aa^b"), Runs::Yes),
            ("?^v2.txt", exact("a^v2.txt"), Runs::Yes),
            ("[^x]^v2.txt", exact("a^v2.txt"), Runs::Yes),
            ("**/b.py", exact("a/c/b.py"), Runs::No),
            ("[]a]", exact("]"), Runs::No),
            ("package*.json", exact("package-lock.json"), Runs::Yes),
            ("../x", exact("x"), Runs::Yes),
            (".", below("."), Runs::Yes),
            ("src", below("."), Runs::Maybe),
            ("package.json", below("."), Runs::No),
            ("requirements", below("src"), Runs::No),
            ("src/a", below("src"), Runs::Maybe),
            ("src", below("src/a"), Runs::Yes),
        ] {
            assert_eq!(Read::new(source, true, &[]).takes(&touch), expected, "{source} {touch:?}");
        }
        assert_eq!(Read::new("x", false, &[]).takes(&exact("y")), Runs::Maybe);
        assert_eq!(Read::new(".", true, &["*.md"]).takes(&exact("a.md")), Runs::No);
        assert_eq!(Read::new(".", true, &["**/*.md"]).takes(&exact("a/b/c.md")), Runs::No);
        assert_eq!(Read::new(".", true, &["docs"]).takes(&exact("docs/c.md")), Runs::No);
    }
}
