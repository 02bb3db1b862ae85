//! [`Bytes`]: sizes, with known, measured, estimated and unknown parts kept apart.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::format_size;

/// A size in bytes, as separate amounts that are exact, measured and estimated; parts of unknown size are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(into = "SerializedBytes")]
#[schemars(with = "SerializedBytes")]
pub struct Bytes {
    /// Exact: files of the build context, text of heredocs.
    pub known: u64,
    /// Measured in real builds of the same commands or images (see `data/optimize/measured.toml`).
    pub measured: u64,
    /// Estimated from facts about packages and images (see `docs/sizes.md`).
    pub estimated: u64,
    /// How many parts have an unknown size.
    pub unknown: u32,
}

/// A size in bytes, with its parts kept apart.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "Bytes")]
struct SerializedBytes {
    /// Exact: files of the build context, text of heredocs.
    known: u64,
    /// Measured in real builds of the same commands or images (see `data/optimize/measured.toml`).
    measured: u64,
    /// Estimated from facts about packages and images (see `docs/sizes.md`).
    estimated: u64,
    /// How many parts have an unknown size.
    unknown: u32,
    /// The sum of the parts that are not unknown.
    total: u64,
}

impl From<Bytes> for SerializedBytes {
    fn from(bytes: Bytes) -> Self {
        let Bytes { known, measured, estimated, unknown } = bytes;
        Self { known, measured, estimated, unknown, total: bytes.known_total() }
    }
}

impl Bytes {
    pub const NONE: Self = Self { known: 0, measured: 0, estimated: 0, unknown: 0 };
    pub const UNKNOWN: Self = Self { unknown: 1, ..Self::NONE };

    #[must_use]
    pub const fn known(bytes: u64) -> Self {
        Self { known: bytes, ..Self::NONE }
    }

    #[must_use]
    pub const fn measured(bytes: u64) -> Self {
        Self { measured: bytes, ..Self::NONE }
    }

    #[must_use]
    pub const fn estimated(bytes: u64) -> Self {
        Self { estimated: bytes, ..Self::NONE }
    }

    /// The sum of the parts with a known or estimated size.
    #[must_use]
    pub fn known_total(self) -> u64 {
        self.known.saturating_add(self.measured).saturating_add(self.estimated)
    }

    /// For one line of text: `2.6 MB`, `~20 MB`, `at least 20 MB`. `None` if all parts are unknown.
    #[must_use]
    pub fn describe_in_words(self) -> Option<String> {
        let mark = match self {
            Self { unknown: 1.., .. } => "at least ",
            Self { measured: 0, estimated: 0, .. } => "",
            _ => "~",
        };
        (self.known_total() > 0).then(|| format!("{mark}{}", format_size(self.known_total())))
    }

    /// Whether it is certainly zero.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl Add for Bytes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            known: self.known.saturating_add(other.known),
            measured: self.measured.saturating_add(other.measured),
            estimated: self.estimated.saturating_add(other.estimated),
            unknown: self.unknown.saturating_add(other.unknown),
        }
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_size_parts_separate() {
        let sum: Bytes =
            [Bytes::known(2), Bytes::measured(3), Bytes::estimated(4), Bytes::UNKNOWN, Bytes::UNKNOWN]
                .into_iter()
                .sum();
        assert_eq!(sum, Bytes { known: 2, measured: 3, estimated: 4, unknown: 2 });
        assert_eq!(sum.known_total(), 9);
        assert_eq!(sum.describe_in_words().as_deref(), Some("at least 9 B"));
        assert_eq!(Bytes::known(2_600_000).describe_in_words().as_deref(), Some("2.6 MB"));
        assert_eq!(Bytes::UNKNOWN.describe_in_words(), None);
        assert!(!sum.is_none() && !Bytes::UNKNOWN.is_none() && Bytes::known(0).is_none());
    }
}
