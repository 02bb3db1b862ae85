//! [`IgnoreFile`]: a `.dockerignore`, read and matched as BuildKit does.

use regex::Regex;

/// The patterns of an ignore file.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {
    patterns: Vec<Pattern>,
    /// Whether some pattern takes files back in.
    exceptions: bool,
}

#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    matcher: Matcher,
    /// It takes files back in.
    exception: bool,
}

#[derive(Debug, Clone)]
enum Matcher {
    Exact,
    /// What stands before a final `**`.
    Prefix(String),
    /// What stands after a leading `**`.
    Suffix(String),
    Regex(Regex),
    /// A pattern that cannot be read.
    Nothing,
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
            let cleaned = clean(pattern);
            let text = match cleaned.strip_prefix('/') {
                Some(relative) if !relative.is_empty() => relative.to_string(),
                _ => cleaned,
            };
            file.exceptions |= exception;
            file.patterns.push(Pattern { matcher: Matcher::new(&text), text, exception });
        }
        file
    }

    /// Whether some pattern takes files back in.
    pub fn has_exceptions(&self) -> bool {
        self.exceptions
    }

    /// Whether a file of the context, by its path from there, is left out of the build: the last pattern that
    /// fits it, or a folder above it, decides.
    pub fn leaves_out(&self, path: &str) -> bool {
        let folders = || path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        self.patterns.iter().fold(false, |out, pattern| {
            // A pattern that would change nothing need not be tried.
            if pattern.exception != out {
                return out;
            }
            out ^ (pattern.matches(path) || folders().any(|folder| pattern.matches(folder)))
        })
    }

    /// Whether nothing of a source of COPY or ADD gets into the build. Never, as BuildKit has it, where the
    /// file has exceptions: then it is too hard to tell.
    pub fn hides_source(&self, source: &str) -> bool {
        if self.exceptions || self.patterns.is_empty() {
            return false;
        }
        let source = clean(source);
        if matches!(source.as_str(), "." | "/")
            && !self.patterns.iter().any(|pattern| matches!(pattern.text.as_str(), "*" | "**" | "**/*"))
        {
            return false;
        }
        self.patterns.iter().any(|pattern| {
            pattern.matches(&source)
                || source
                    .match_indices('/')
                    .any(|(at, _)| source.get(..at).is_some_and(|dir| pattern.matches(dir)))
        })
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        match &self.matcher {
            Matcher::Exact => path == self.text,
            Matcher::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Matcher::Suffix(suffix) => {
                path.ends_with(suffix.as_str()) || suffix.strip_prefix('/').is_some_and(|name| path == name)
            }
            Matcher::Regex(regex) => regex.is_match(path),
            Matcher::Nothing => false,
        }
    }
}

impl Matcher {
    fn new(pattern: &str) -> Self {
        let mut regex = String::from("^");
        let (mut plain, mut prefix, mut suffix) = (true, false, false);
        let mut characters = pattern.chars().peekable();
        let mut first = true;
        while let Some(c) = characters.next() {
            let at_start = std::mem::take(&mut first);
            match c {
                '*' if characters.next_if_eq(&'*').is_some() => {
                    characters.next_if_eq(&'/');
                    if characters.peek().is_none() {
                        prefix = plain;
                        regex.push_str(".*");
                    } else {
                        regex.push_str("(.*/)?");
                        prefix = false;
                    }
                    suffix = at_start;
                    plain = false;
                }
                '*' | '?' => {
                    regex.push_str(if c == '*' { "[^/]*" } else { "[^/]" });
                    (plain, prefix, suffix) = (false, false, false);
                }
                '\\' => {
                    regex.push('\\');
                    if let Some(escaped) = characters.next() {
                        regex.push(escaped);
                        (plain, prefix, suffix) = (false, false, false);
                    } else {
                        regex.push('\\');
                    }
                }
                '[' | ']' => {
                    regex.push(c);
                    (plain, prefix, suffix) = (false, false, false);
                }
                _ => {
                    if ".+()|{}$".contains(c) {
                        regex.push('\\');
                    }
                    regex.push(c);
                }
            }
        }
        if plain {
            return Self::Exact;
        }
        if suffix && pattern.len() > 2 {
            return Self::Suffix(pattern.get(2..).unwrap_or_default().to_string());
        }
        if prefix || suffix {
            return Self::Prefix(pattern.strip_suffix("**").unwrap_or(pattern).to_string());
        }
        regex.push('$');
        Regex::new(&regex).map_or(Self::Nothing, Self::Regex)
    }
}

/// The shortest spelling of a path, by text alone: Go's `path.Clean`.
fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            _ => parts.push(part),
        }
    }
    match (absolute, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_string(),
        (false, joined) => joined,
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
            assert_eq!(file.hides_source(source), expected, "{content:?} {source}");
        }
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
            assert_eq!(
                IgnoreFile::parse(content.as_bytes()).leaves_out(path),
                expected,
                "{content:?} {path}"
            );
        }
    }

    #[test]
    fn paths_are_cleaned() {
        for (path, expected) in [
            ("a//b/./c/", "a/b/c"),
            ("a/../b", "b"),
            ("../../a", "../../a"),
            ("/../a", "/a"),
            ("", "."),
            ("./", "."),
            ("/", "/"),
            ("a/..", "."),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
