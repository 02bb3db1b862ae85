//! Which file names are those of archives.

const SUFFIXES: [&str; 15] = [
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz",
    ".txz", ".xz",
];

/// Whether the name ends like an archive's (hadolint 2.15.1's list; case counts).
pub fn has_suffix(path: &str) -> bool {
    SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
}

/// Whether `ADD` unpacks it: a tar archive, compressed or not.
pub fn is_unpacked_by_add(path: &str) -> bool {
    const TAR: [&str; 9] =
        [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tb2", ".tar.xz", ".txz"];
    TAR.iter().any(|suffix| path.ends_with(suffix))
}

/// Whether the name may be that of an archive: one of these suffixes in any case, or a compressed file.
pub fn may_be_unpacked(path: &str) -> bool {
    const COMPRESSED: [&str; 3] = [".zst", ".zstd", ".tzst"];
    let path = path.to_lowercase();
    SUFFIXES.iter().chain(&COMPRESSED).any(|suffix| path.ends_with(&suffix.to_lowercase()))
}
