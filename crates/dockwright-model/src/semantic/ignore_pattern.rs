//! [`IgnorePattern`]: one pattern of an ignore file or of `--exclude`, read as Moby's `patternmatcher` does.

use regex::Regex;

use super::paths::clean_path;

/// A pattern: like a [`PathPattern`](super::PathPattern), but `**` matches any number of directories.
#[derive(Debug, Clone)]
pub struct IgnorePattern {
    text: String,
    matcher: PatternMatcher,
}

#[derive(Debug, Clone)]
enum PatternMatcher {
    Exact,
    /// The text before a final `**`.
    Prefix(String),
    /// The text after a leading `**`.
    Suffix(String),
    Regex(Regex),
    /// A pattern that cannot be read.
    Nothing,
}

impl IgnorePattern {
    /// Parses a pattern, which is relative to the context with or without a leading slash.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let cleaned = clean_path(pattern);
        let text = match cleaned.strip_prefix('/') {
            Some(relative) if !relative.is_empty() => relative.to_string(),
            _ => cleaned,
        };
        Self { matcher: PatternMatcher::new(&text), text }
    }

    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it matches the path itself.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match &self.matcher {
            PatternMatcher::Exact => path == self.text,
            PatternMatcher::Prefix(prefix) => path.starts_with(prefix.as_str()),
            PatternMatcher::Suffix(suffix) => {
                path.ends_with(suffix.as_str()) || suffix.strip_prefix('/').is_some_and(|name| path == name)
            }
            PatternMatcher::Regex(regex) => regex.is_match(path),
            PatternMatcher::Nothing => false,
        }
    }

    /// Whether it matches the path or a directory above it.
    #[must_use]
    pub(crate) fn matches_path(&self, path: &str) -> bool {
        self.matches(path)
            || path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(|above| self.matches(above)))
    }

    /// Whether it may match something below the directory.
    #[must_use]
    pub(crate) fn may_match_below(&self, directory: &str) -> bool {
        let mut parts = self.text.split('/');
        for name in directory.split('/') {
            match parts.next() {
                Some(part) if part.contains("**") => return true,
                Some(part) if Self::new(part).matches(name) => {}
                _ => return false,
            }
        }
        parts.next().is_some()
    }
}

impl PatternMatcher {
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
        Regex::new(&convert_go_pattern(&regex)).map_or(Self::Nothing, Self::Regex)
    }
}

/// Converts a Go regular expression to a Rust one, where `[`, `&&`, `--` and `~~` are special inside brackets.
fn convert_go_pattern(regex: &str) -> String {
    let mut out = String::new();
    let mut characters = regex.chars().peekable();
    let mut in_class = false;
    let mut last = None;
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(characters.next());
            }
            '[' if !in_class => {
                in_class = true;
                out.push(c);
                out.extend(characters.next_if_eq(&'^'));
                if characters.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            '[' | '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '-' if in_class && last == Some('-') => out.push_str("\\-"),
            _ => out.push(c),
        }
        last = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_reach_below_directories() {
        for (pattern, directory, expected) in [
            ("docs/a.md", "docs", true),
            ("docs", "docs", false),
            ("docs/a", "doc", false),
            ("*/a.md", "docs", true),
            ("*.md", "docs", false),
            ("**/*.md", "docs", true),
            ("docs/**", "docs", true),
            ("docs/*/a", "docs/b", true),
            ("docs/b*/a", "docs/c", false),
            ("[^a]*/b", "docs", true),
        ] {
            assert_eq!(
                IgnorePattern::new(pattern).may_match_below(directory),
                expected,
                "{pattern} {directory}"
            );
        }
    }

    #[test]
    fn brackets_follow_go_syntax() {
        for (pattern, path, expected) in [
            ("a[[]b", "a[b", true),
            ("a[b&&c]", "a&", true),
            ("[^a]b", "cb", true),
            ("[^a]b", "ab", false),
            ("*^b", "a^b", false),
            ("a^b", "a^b", true),
        ] {
            assert_eq!(IgnorePattern::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }
}
