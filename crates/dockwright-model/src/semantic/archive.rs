//! Recognizes archives by their names.

use crate::semantic::paths::base_name;

const SUFFIXES: [&str; 15] = [
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz",
    ".txz", ".xz",
];

const COMPRESSED: [&str; 3] = [".zst", ".zstd", ".tzst"];

/// Whether the name ends like an archive's (hadolint 2.15.1's list; case-sensitive).
pub fn has_archive_suffix(path: &str) -> bool {
    SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
}

/// Whether a pattern does not determine the end of the names that it matches: `*`, `dist/*`, `app-?`.
pub fn is_open_pattern(path: &str) -> bool {
    let name = base_name(path);
    let end = name.rfind(['*', '?', ']']).and_then(|at| name.get(at + 1..));
    end.is_some_and(|end| !end.contains('.')) && !name.contains('.')
}

/// Whether `ADD` unpacks it: a tar archive, compressed or not.
pub fn is_unpacked_by_add(path: &str) -> bool {
    const TAR: [&str; 9] =
        [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tb2", ".tar.xz", ".txz"];
    TAR.iter().any(|suffix| path.ends_with(suffix))
}

/// Whether the name may be that of an archive: one of these suffixes in any case, or a compressed file.
pub fn may_be_unpacked(path: &str) -> bool {
    let path = path.to_lowercase();
    SUFFIXES.iter().chain(&COMPRESSED).any(|suffix| path.ends_with(&suffix.to_lowercase()))
}

/// Whether the end of a pattern matches archives, or may do so: `*.tar*`, `dist/*.t?z`. One that does not determine
/// the end (`*`, `dist/*`) may match anything.
pub fn may_match_archive(path: &str) -> bool {
    let name = base_name(path);
    if !name.contains(['*', '?', '[']) {
        return false;
    }
    // A suffix may begin at any of the dots.
    let ends = name.match_indices('.').filter_map(|(dot, _)| name.get(dot..));
    let names = SUFFIXES.iter().chain(&COMPRESSED);
    let names = || names.clone().flat_map(|suffix| [(*suffix).to_string(), format!(".tar{suffix}")]);
    ends.into_iter().any(|end| names().any(|suffix| pattern_ends_with(end.as_bytes(), suffix.as_bytes())))
}

/// Whether the text matches the pattern: `*`, `?`, and a class as any one character.
fn pattern_ends_with(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            pattern_ends_with(rest, text)
                || text.split_first().is_some_and(|(_, text)| pattern_ends_with(pattern, text))
        }
        ([b'[', rest @ ..], [_, text @ ..]) => {
            let end = rest.iter().skip(1).position(|byte| *byte == b']').map_or(rest.len(), |at| at + 2);
            pattern_ends_with(rest.get(end..).unwrap_or_default(), text)
        }
        ([b'?', rest @ ..], [_, text @ ..]) => pattern_ends_with(rest, text),
        ([one, rest @ ..], [other, text @ ..]) => one == other && pattern_ends_with(rest, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_open_pattern, may_match_archive};

    #[test]
    fn recognizes_patterns_with_open_end() {
        for (pattern, expected) in [
            ("*", true),
            ("dist/*", true),
            ("app-?", true),
            ("dist/[ab]", true),
            ("app*", true),
            ("a.d/*", true),
            ("*.conf", false),
            ("app-1.*", false),
            ("app", false),
            ("a*/app", false),
        ] {
            assert_eq!(is_open_pattern(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn patterns_that_name_archives_are_known() {
        for (pattern, expected) in [
            ("*.tar*", true),
            ("dist/*.tar.?z", true),
            ("*.t[gx]z", true),
            ("pack-*.tar.gz", true),
            ("app-1.*.tar.gz", true),
            ("*.*z*", true),
            ("*.conf", false),
            ("*", false),
            ("dist/*", false),
            ("*.t?t", false),
            ("a.tar.d/*.conf", false),
            ("a.tar", false),
        ] {
            assert_eq!(may_match_archive(pattern), expected, "{pattern}");
        }
    }
}
