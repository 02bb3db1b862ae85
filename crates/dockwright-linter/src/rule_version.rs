//! [`RuleVersion`]: the version that decides which rules run by default.

use std::fmt;
use std::str::FromStr;

/// The first two numbers of a version of dockwright: the set of rules only changes with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleVersion {
    major: u32,
    minor: u32,
}

/// A text that is not such a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidVersion;

impl RuleVersion {
    /// The first release.
    pub(crate) const FIRST: Self = Self::new(0, 1);
    /// The version of this program.
    pub const CURRENT: Self = Self::new(
        parse_digits(env!("CARGO_PKG_VERSION_MAJOR")),
        parse_digits(env!("CARGO_PKG_VERSION_MINOR")),
    );

    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

/// The number in a text of digits.
const fn parse_digits(text: &str) -> u32 {
    match u32::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => panic!("Cargo.toml has a valid version"),
    }
}

impl fmt::Display for RuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for RuleVersion {
    type Err = InvalidVersion;

    /// Reads `0.1`, or a whole version, `0.1.2`.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let mut numbers = text.split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten().ok_or(InvalidVersion)
        });
        let (major, minor) = (numbers.next(), numbers.next());
        let (major, minor) = (major.ok_or(InvalidVersion)??, minor.ok_or(InvalidVersion)??);
        numbers.next().transpose()?;
        if numbers.next().is_some() { Err(InvalidVersion) } else { Ok(Self { major, minor }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (text, expected) in [
            ("0.1", Some((0, 1))),
            ("1.12", Some((1, 12))),
            ("1.2.3", Some((1, 2))),
            ("1", None),
            ("", None),
            ("0.x", None),
            ("0.1.", None),
            ("1.2.3.4", None),
            ("+1.2", None),
        ] {
            let expected = expected.map(|(major, minor)| RuleVersion { major, minor });
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        assert!(RuleVersion::FIRST <= RuleVersion::CURRENT);
    }
}
