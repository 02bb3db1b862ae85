//! Which file names are those of archives.

const SUFFIXES: [&str; 15] = [
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz",
    ".txz", ".xz",
];

/// Whether the name ends like an archive's (hadolint 2.15.1's list; case counts).
pub fn has_suffix(path: &str) -> bool {
    SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
}
