//! [`IgnoreFile`]: a `.dockerignore`, read and matched as BuildKit does.

use super::PathPattern;
use super::ignore_pattern::IgnorePattern;
use super::paths::clean_path;

/// The patterns of an ignore file.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {
    patterns: Vec<IgnoreRule>,
    /// Whether a pattern includes files again.
    exceptions: bool,
}

#[derive(Debug, Clone)]
struct IgnoreRule {
    pattern: IgnorePattern,
    /// Whether it includes files again.
    exception: bool,
}

impl IgnoreFile {
    /// Reads the content of an ignore file.
    pub fn parse(content: &[u8]) -> Self {
        let content = String::from_utf8_lossy(content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content));
        let mut file = Self::default();
        for line in content.lines().filter(|line| !line.starts_with('#')) {
            let line = line.trim();
            let (pattern, exception) = match line.strip_prefix('!') {
                Some(pattern) => (pattern.trim(), true),
                None => (line, false),
            };
            if pattern.is_empty() {
                continue;
            }
            file.exceptions |= exception;
            file.patterns.push(IgnoreRule { pattern: IgnorePattern::new(pattern), exception });
        }
        file
    }

    /// Whether a pattern includes files again.
    pub fn has_exception_patterns(&self) -> bool {
        self.exceptions
    }

    /// Whether a file of the context, by its path from there, is excluded from the build: the last pattern that
    /// matches it or a directory above it decides.
    pub fn excludes(&self, path: &str) -> bool {
        self.patterns.iter().fold(false, |out, pattern| {
            // A pattern that would change nothing need not be tried.
            if pattern.exception == out && pattern.pattern.matches_path(path) { !out } else { out }
        })
    }

    /// Whether the build sees no file of a source of COPY or ADD. `kept`: whether a path is one of the remaining
    /// files of the context, if the context is known.
    pub fn excludes_source(&self, source: &str, kept: Option<&dyn Fn(&str) -> bool>) -> bool {
        let source = clean_path(source);
        if self.exceptions {
            return self.excludes_all_files(&source, kept);
        }
        if matches!(source.as_str(), "." | "/")
            && !self.patterns.iter().any(|pattern| matches!(pattern.pattern.text(), "*" | "**" | "**/*"))
        {
            return false;
        }
        self.patterns.iter().any(|pattern| pattern.pattern.matches_path(&source))
    }

    /// Whether an ignore file with exceptions, which BuildKit's check skips, excludes every file of the source.
    fn excludes_all_files(&self, source: &str, kept: Option<&dyn Fn(&str) -> bool>) -> bool {
        let source = source.strip_prefix('/').unwrap_or(source);
        if matches!(source, "." | "") || PathPattern::is_pattern(source) || !self.excludes(source) {
            return false;
        }
        match kept {
            Some(kept) => !kept(source),
            None => {
                let mut exceptions = self.patterns.iter().filter(|pattern| pattern.exception);
                !exceptions.any(|exception| exception.pattern.may_match_below(source))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_hidden() {
        for (content, source, expected) in [
            ("Dockerfile", "Dockerfile", true),
            ("Dockerfile\n", "./Dockerfile", true),
            ("foo", "foo/bar/baz", true),
            ("foo/", "foo", true),
            ("/foo", "foo", true),
            ("foo", "/foo", false),
            ("foo", "../foo", false),
            ("# foo\n#bar", "bar", false),
            (" # foo", "# foo", true),
            ("foo\n!foo/bar", "foo", false),
            ("foo\n!foo/bar", "foo/baz", true),
            ("*\n!*.go\n!internal/", "main.go", false),
            ("*\n!*.go\n!internal/", "internal/", false),
            ("*\n!*.go\n!internal/", "internal/a/b", false),
            ("*\n!*.go\n!internal/", "docs/readme.md", true),
            ("*\n!*.go\n!internal/", "docs", true),
            ("*\n!*.go\n!internal/", "/docs", true),
            ("*\n!**/*.go", "docs", false),
            ("*\n!docs/*.md", "docs", false),
            ("*\n!docs/*.md\ndocs", "docs/a.md", true),
            ("*\n!docs", "d*", false),
            ("*\n!docs", ".", false),
            ("", "foo", false),
            ("FOO", "foo", false),
            ("*.txt", "a.txt", true),
            ("*.txt", "*.txt", true),
            ("*.txt", "d/a.txt", false),
            ("**/*.txt", "d/e/a.txt", true),
            ("**/*.txt", "a.txt", true),
            ("**/foo", "foo", true),
            ("**/foo", "a/foo", true),
            ("**/foo", "a/foo/b", true),
            ("foo", "foo*", false),
            ("foo/*", "foo", false),
            ("foo/**", "foo", false),
            ("foo/**", "foo/a", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/b", true),
            ("f?o", "fxo", true),
            ("f[a-c]o", "fbo", true),
            ("f\\*o", "f*o", true),
            ("f\\*o", "fxo", false),
            ("a.b", "axb", false),
            (".*", ".", false),
            ("*", ".", true),
            ("**", ".", true),
            ("**/*", ".", true),
            ("*", "foo", true),
            ("**", "a/b", true),
            ("\u{feff}foo", "foo", true),
        ] {
            let file = IgnoreFile::parse(content.as_bytes());
            assert_eq!(file.excludes_source(source, None), expected, "{content:?} {source}");
        }
    }

    #[test]
    fn checks_context_files_for_exceptions() {
        let file = IgnoreFile::parse(b"*\n!**/*.go\n");
        let kept = |source: &str| source == "cmd";
        assert!(!file.excludes_source("cmd", Some(&kept)));
        assert!(file.excludes_source("docs", Some(&kept)));
    }

    #[test]
    fn the_last_pattern_decides() {
        for (content, path, expected) in [
            ("node_modules", "node_modules/a/b.js", true),
            ("node_modules", "app/node_modules/b.js", false),
            ("**/node_modules", "app/node_modules/b.js", true),
            ("*\n!src", "src/a/b.rs", false),
            ("*\n!src", "README.md", true),
            ("*\n!src\nsrc/*.md", "src/a.md", true),
            ("*.md\n!README.md", "README.md", false),
            ("!README.md\n*.md", "README.md", true),
            ("", "a", false),
        ] {
            assert_eq!(IgnoreFile::parse(content.as_bytes()).excludes(path), expected, "{content:?} {path}");
        }
    }
}
