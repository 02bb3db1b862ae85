//! Facts about the images and packages that builds use: their sizes and names, and which programs they lack.
//!
//! They were collected in advance and have a date; nothing is fetched. Each table is unpacked on first use. This
//! module does not depend on rules or reports.
//!
//! | fact | function |
//! |---|---|
//! | the size of a base image | [`images::image_size`] |
//! | the packages that an `apt-get install` adds | [`installs::AptInstalls::packages_installed_by_call`] |
//! | the size of recommended packages | [`installs::AptInstall::saved_without_recommends`] |
//! | the version of a package in a release | [`packages::DebianRelease::version`] |
//! | whether a release has a package | [`packages::package_exists`] |
//! | the Python or Node of a release | [`release_versions`] |
//! | the packages that a call of pip, uv, npm, Yarn, … installs | [`languages::calls::read_install`] |
//! | what these packages add, and what stays in the cache | [`languages::LanguageRegistry::install`] |
//!
//! Reports show each size as [`SizePart`]s, with the accuracy and the source of each part.

pub mod absence;
pub mod images;
pub mod installs;
pub(crate) mod languages;
pub mod manual;
pub mod packages;
mod packed;
pub mod release_versions;

use schemars::JsonSchema;
use serde::Serialize;

/// A size, or a part of one, and its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct SizePart {
    pub kind: SizeKind,
    /// `null` if the size is unknown.
    pub bytes: Option<u64>,
    /// What it was read from, measured in or estimated from; `null` if nothing is known.
    pub source: Option<String>,
}

impl SizePart {
    pub(crate) const UNKNOWN: Self = Self { kind: SizeKind::Unknown, bytes: None, source: None };
}

/// How well a size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SizeKind {
    /// Counted in the files of this build.
    Exact,
    /// Measured in a real build of the same packages or image.
    Measured,
    /// Estimated from facts about packages and images: see `docs/sizes.md`.
    Estimated,
    Unknown,
}

/// Whether a Python package is `needed`, or requires it, in the measured version of each package.
#[must_use]
pub fn python_package_requires(package: &str, needed: &str) -> bool {
    languages::LanguageRegistry::Pip.is_or_requires(package, needed)
}

/// `1 file`, `2 files`.
#[must_use]
pub fn count_noun(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `14.2 MB`, `870 MB`, `1.31 GB`, with 1000 bytes to the kilobyte, as usual for image sizes.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    // The next larger unit is used from the value at which rounding would give 1000 of the smaller one.
    const UNITS: [(u64, u64, &str); 3] =
        [(999_500_000, 1_000_000_000, "GB"), (999_500, 1_000_000, "MB"), (1_000, 1_000, "kB")];
    let Some((_, unit, name)) = UNITS.iter().find(|(from, ..)| bytes >= *from) else {
        return format!("{bytes} B");
    };
    let decimals = match (*name, bytes / unit) {
        ("GB", 0..10) => 2,
        (_, 0..100) => 1,
        _ => 0,
    };
    let scale = 10u128.pow(decimals);
    let scaled = (u128::from(bytes) * scale + u128::from(*unit) / 2) / u128::from(*unit);
    let (whole, rest) = (scaled / scale, scaled % scale);
    let digits = decimals as usize;
    if decimals == 0 { format!("{whole} {name}") } else { format!("{whole}.{rest:0digits$} {name}") }
}

#[cfg(test)]
mod tests {
    use super::format_size;

    #[test]
    fn sizes_have_three_digits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (14_249_999, "14.2 MB"),
            (14_250_000, "14.3 MB"),
            (212_400_000, "212 MB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (1_314_000_000, "1.31 GB"),
            (1_005_000_000, "1.01 GB"),
            (25_040_000_000, "25.0 GB"),
        ] {
            assert_eq!(format_size(bytes), expected, "{bytes}");
        }
    }
}
