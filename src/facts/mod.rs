//! Facts about what builds fetch: images and packages, their sizes and names; and which programs they lack.
//!
//! They were gathered beforehand and state a day each; nothing is fetched. Each table is unpacked when it is first
//! asked for. No rule and no report is known here.
//!
//! | question | answered by |
//! |---|---|
//! | how large is a base image | [`images::image_size`] |
//! | what does an `apt-get install` add | [`installs::AptInstalls::of_call`] |
//! | what do recommended packages add | [`installs::AptInstall::recommended`] |
//! | which version of a package has a release, does it exist | [`packages::DebianRelease::version`], [`packages::package_exists`] |
//! | what does a call of pip, uv, npm, Yarn, … add, and what stays in its cache | [`languages::calls::read_install`], then [`languages::LanguageRegistry::install`] |
//!
//! Reports show each size as [`SizePart`]s, which say how well it is known and where it comes from.

pub(crate) mod absence;
pub mod images;
pub(crate) mod installs;
pub(crate) mod languages;
pub(crate) mod manual;
pub mod packages;
mod packed;

use schemars::JsonSchema;
use serde::Serialize;

/// A size, or a part of one, and its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SizePart {
    pub kind: SizeKind,
    /// `None` if the size is unknown.
    pub bytes: Option<u64>,
    /// What it was read from, measured in or estimated from; `None` if nothing is known.
    pub source: Option<String>,
}

impl SizePart {
    pub(crate) const UNKNOWN: Self = Self { kind: SizeKind::Unknown, bytes: None, source: None };
}

/// How well a size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SizeKind {
    /// Counted in the files of this build.
    Exact,
    /// Measured in a build of the same thing.
    Measured,
    /// Estimated from facts about packages and images: see `docs/sizes.md`.
    Estimated,
    Unknown,
}

/// An estimate in words, to two digits: `93 MB`, `1.2 GB`.
#[must_use]
pub(crate) fn describe_size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    // What rounds up to the next unit belongs to it.
    let unit = UNITS.iter().find(|(unit, _)| bytes >= unit - unit / 200);
    let Some((unit, name)) = unit else { return format!("{bytes} B") };
    let tenths = (u128::from(bytes) * 10 + u128::from(*unit) / 2) / u128::from(*unit);
    match tenths {
        0..100 => format!("{}.{} {name}", tenths / 10, tenths % 10),
        100..1000 => format!("{} {name}", (tenths + 5) / 10),
        _ => format!("{} {name}", (tenths + 50) / 100 * 10),
    }
}

#[cfg(test)]
mod tests {
    use super::describe_size;

    #[test]
    fn estimates_have_two_digits() {
        for (bytes, expected) in [
            (999, "1.0 kB"),
            (12, "12 B"),
            (1_234_567, "1.2 MB"),
            (9_960_000, "10 MB"),
            (93_400_000, "93 MB"),
            (347_000_000, "350 MB"),
            (999_000_000, "1.0 GB"),
            (2_340_000_000, "2.3 GB"),
        ] {
            assert_eq!(describe_size(bytes), expected, "{bytes}");
        }
    }
}
