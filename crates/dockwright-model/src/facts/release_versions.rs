//! The versions of Python and Node that releases of distributions have.

type VersionRow = (&'static str, &'static str, &'static str);

/// The Python of a distribution's release.
const PYTHONS: [VersionRow; 17] = [
    ("debian", "buster", "3.7"),
    ("debian", "bullseye", "3.9"),
    ("debian", "bookworm", "3.11"),
    ("debian", "trixie", "3.13"),
    ("ubuntu", "focal", "3.8"),
    ("ubuntu", "20.04", "3.8"),
    ("ubuntu", "jammy", "3.10"),
    ("ubuntu", "22.04", "3.10"),
    ("ubuntu", "noble", "3.12"),
    ("ubuntu", "24.04", "3.12"),
    ("alpine", "3.17", "3.10"),
    ("alpine", "3.18", "3.11"),
    ("alpine", "3.19", "3.11"),
    ("alpine", "3.20", "3.12"),
    ("alpine", "3.21", "3.12"),
    ("alpine", "3.22", "3.12"),
    ("alpine", "3.23", "3.12"),
];

/// The Node of a distribution's release.
const NODES: [VersionRow; 7] = [
    ("debian", "bullseye", "12"),
    ("debian", "bookworm", "18"),
    ("debian", "trixie", "20"),
    ("alpine", "3.19", "20"),
    ("alpine", "3.20", "20"),
    ("alpine", "3.21", "22"),
    ("alpine", "3.22", "22"),
];

/// The Python of a release: `3.11` for `debian`, `bookworm`.
pub fn python_of_release(distribution: &str, release: &str) -> Option<&'static str> {
    find(&PYTHONS, distribution, release)
}

/// The Node of a release: `18` for `debian`, `bookworm`.
pub fn node_of_release(distribution: &str, release: &str) -> Option<&'static str> {
    find(&NODES, distribution, release)
}

fn find(rows: &[VersionRow], distribution: &str, release: &str) -> Option<&'static str> {
    rows.iter().find(|row| row.0 == distribution && row.1 == release).map(|row| row.2)
}
