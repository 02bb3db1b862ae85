//! [`ChangedLines`]: the parsed output of `git diff --unified=0`.

use std::collections::BTreeMap;
use std::path::Path;

/// The changed lines of each file of a repository.
#[derive(Debug, Default)]
pub(crate) struct ChangedLines {
    /// By path from the root of the repository, with slashes.
    files: BTreeMap<String, LineSet>,
}

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineSet {
    /// The file is new.
    All,
    /// First and last line, from 1, of each group.
    Some(Vec<(u32, u32)>),
}

impl LineSet {
    /// Whether a line from `first` to `last`, counted from 1, is among them.
    #[must_use]
    pub(crate) fn overlaps_lines(&self, first: u32, last: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(groups) => groups.iter().any(|(start, end)| *start <= last && first <= *end),
        }
    }
}

impl ChangedLines {
    /// Reads a diff, and the names of files that git does not track, each followed by a NUL.
    #[must_use]
    pub(crate) fn new(diff: &str, untracked: &str) -> Self {
        let mut changes = Self::default();
        let mut current: Option<String> = None;
        // Remaining lines of the hunk; they may contain any text.
        let mut body = 0;
        for line in diff.split('\n') {
            if body > 0 && line.starts_with(['+', '-', ' ']) {
                body -= 1;
            } else if let Some(name) = line.strip_prefix("+++ ") {
                current = unquote_git_path(name).strip_prefix("b/").map(str::to_string);
            } else if let Some(hunk) = line.strip_prefix("@@ -").and_then(parse_hunk) {
                body = hunk.removed + hunk.added;
                let Some(file) = &current else { continue };
                let lines = changes.files.entry(file.clone()).or_insert_with(|| LineSet::Some(Vec::new()));
                if let LineSet::Some(groups) = lines
                    && hunk.added > 0
                {
                    groups.push((hunk.start, hunk.start.saturating_add(hunk.added - 1)));
                }
            }
        }
        for name in untracked.split('\0').filter(|name| !name.is_empty()) {
            changes.files.insert(name.to_string(), LineSet::All);
        }
        changes
    }

    /// The changed lines of a file, whose path is relative to the root of the repository.
    #[must_use]
    pub(crate) fn lines_of(&self, file: &Path) -> Option<&LineSet> {
        let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        self.files.get(&parts.join("/"))
    }
}

/// `3,2 +4,0 @@ …`: what follows `@@ -`.
struct DiffHunk {
    removed: u32,
    /// The first line added.
    start: u32,
    added: u32,
}

fn parse_hunk(text: &str) -> Option<DiffHunk> {
    let (old, rest) = text.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| -> Option<(u32, u32)> {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let (_, removed) = range(old)?;
    let (start, added) = range(new)?;
    Some(DiffHunk { removed, start, added })
}

/// A name as git writes it: in double quotes, with escapes as in C, unless it is plain.
fn unquote_git_path(name: &str) -> String {
    // git ends a name that holds a space with a tab.
    let name = name.trim_end_matches('\t');
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_string();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(first @ b'0'..=b'3') => {
                let mut digit = || u32::from(rest.next().unwrap_or(b'0').saturating_sub(b'0'));
                let value = u32::from(first - b'0') * 64 + digit() * 8 + digit();
                bytes.push(u8::try_from(value & 0xFF).unwrap_or_default());
            }
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b'a') => bytes.push(7),
            Some(b'b') => bytes.push(8),
            Some(b'v') => bytes.push(11),
            Some(b'f') => bytes.push(12),
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "diff --git a/Dockerfile b/Dockerfile\nindex 1..2 100644\n--- a/Dockerfile\n+++ b/Dockerfile\n\
        @@ -3,2 +3 @@ FROM a\n-RUN x\n-RUN y\n+RUN z\n@@ -9,0 +8,3 @@\n++++ b/other\n+@@ -1 +1 @@\n+x\n@@ -20 +21,0 @@\n-x\n\
        diff --git a/gone b/gone\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-FROM x\n\\ No newline at end of file\n\
        diff --git \"a/\\303\\251 \\\"q\\\"\" \"b/\\303\\251 \\\"q\\\"\"\n--- /dev/null\n+++ \"b/\\303\\251 \\\"q\\\"\"\n@@ -0,0 +1,2 @@\n+a\n+b\n\
        diff --git a/with blank b/with blank\n--- a/with blank\t\n+++ b/with blank\t\n@@ -1 +1 @@\n-a\n+b\n";

    #[test]
    fn changed_lines_are_read() {
        let changes = ChangedLines::new(DIFF, "new/Dockerfile\0");
        let lines = |name: &str| changes.lines_of(Path::new(name)).cloned();
        assert_eq!(lines("Dockerfile"), Some(LineSet::Some(vec![(3, 3), (8, 10)])));
        assert_eq!(lines("other"), None);
        assert_eq!(lines("gone"), None);
        assert_eq!(lines("é \"q\""), Some(LineSet::Some(vec![(1, 2)])));
        assert_eq!(lines("with blank"), Some(LineSet::Some(vec![(1, 1)])));
        assert_eq!(lines("new/Dockerfile"), Some(LineSet::All));
    }

    #[test]
    fn line_ranges_overlap() {
        let lines = LineSet::Some(vec![(3, 3), (8, 10)]);
        for (first, last, expected) in
            [(1, 2, false), (3, 3, true), (1, 9, true), (4, 7, false), (10, 12, true), (11, 11, false)]
        {
            assert_eq!(lines.overlaps_lines(first, last), expected, "{first}..{last}");
        }
        assert!(LineSet::All.overlaps_lines(5, 5));
    }
}
