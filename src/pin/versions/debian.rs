//! Versions of Debian packages: `[epoch:]upstream[-revision]`.

use std::cmp::Ordering;

/// Compares two versions as dpkg does.
#[must_use]
pub(crate) fn compare_debian(left: &str, right: &str) -> Ordering {
    let (left, right) = (DebianVersion::parse(left), DebianVersion::parse(right));
    left.epoch
        .cmp(&right.epoch)
        .then_with(|| compare_part(left.upstream, right.upstream))
        .then_with(|| compare_part(left.revision, right.revision))
}

struct DebianVersion<'v> {
    epoch: u64,
    upstream: &'v str,
    revision: &'v str,
}

impl<'v> DebianVersion<'v> {
    fn parse(version: &'v str) -> Self {
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        Self { epoch: epoch.parse().unwrap_or(0), upstream, revision }
    }
}

/// Compares non-digits and digits in turn; `~` sorts before everything, even the end of the text.
fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    let weight = |c: Option<char>| match c {
        Some('~') => -1,
        None => 0,
        Some(c) if c.is_ascii_alphabetic() => i64::from(u32::from(c)),
        Some(c) => i64::from(u32::from(c)) + 256,
    };
    let split =
        |text: &'_ str, digits: bool| text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    while !left.is_empty() || !right.is_empty() {
        let (first, second) = (left.split_at(split(left, false)), right.split_at(split(right, false)));
        let (mut words, mut others) = (first.0.chars(), second.0.chars());
        for _ in 0..first.0.len().max(second.0.len()) {
            let order = weight(words.next()).cmp(&weight(others.next()));
            if order.is_ne() {
                return order;
            }
        }
        let (first, second) =
            (first.1.split_at(split(first.1, true)), second.1.split_at(split(second.1, true)));
        let digits = |text: &'_ str| text.trim_start_matches('0').to_string();
        let (one, other) = (digits(first.0), digits(second.0));
        let order = one.len().cmp(&other.len()).then_with(|| one.cmp(&other));
        if order.is_ne() {
            return order;
        }
        (left, right) = (first.1, second.1);
    }
    Ordering::Equal
}

/// The pattern that matches a version and its updates: `7.88.*` for `7.88.1-10+deb12u8`.
#[must_use]
pub(crate) fn pattern_of_version_updates(version: &str) -> String {
    let start = version.find(':').map_or(0, |colon| colon + 1);
    let bytes = version.as_bytes();
    let number = |at: usize| {
        let digits = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
        at + digits.count()
    };
    let first = number(start);
    let end = if bytes.get(first) == Some(&b'.') && number(first + 1) > first + 1 {
        number(first + 1)
    } else {
        first
    };
    match version.get(..end).zip(version.get(end..end + 1)) {
        // `1.2p3`: a letter belongs to the number before it.
        Some((prefix, next)) if end > start && !next.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
            format!("{prefix}{next}*")
        }
        Some((prefix, _)) if end > start => format!("{prefix}*"),
        _ => version.to_string(),
    }
}

/// Whether a pin, which may end with `*`, matches a version.
#[must_use]
pub(crate) fn matches_pin(pin: &str, version: &str) -> bool {
    match pin.strip_suffix('*') {
        Some(prefix) => version.starts_with(prefix),
        None => pin == version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_dpkg_does() {
        for (less, more) in [
            ("1.0", "1.1"),
            ("1.9", "1.10"),
            ("1.0~rc1", "1.0"),
            ("1.0", "1.0a"),
            ("1.0-1", "1.0-1+b1"),
            ("1.0-1+deb12u1", "1.0-1+deb12u2"),
            ("9.0", "1:1.0"),
            ("1.0~~", "1.0~"),
            ("1.0-1~bpo12+1", "1.0-1"),
            ("7.88.1-10+deb12u8", "7.88.1-10+deb12u12"),
            ("1.0a", "1.0+"),
            ("0.9", "0.10.0"),
        ] {
            assert_eq!(compare_debian(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare_debian(more, less), Ordering::Greater, "{more} {less}");
        }
        for (one, other) in [("1.0", "0:1.0"), ("1.0", "1.00"), ("1.0", "1.0-0"), ("01.1", "1.01")] {
            assert_eq!(compare_debian(one, other), Ordering::Equal, "{one} {other}");
        }
    }

    #[test]
    fn patterns_match_updates() {
        for (version, pattern) in [
            ("7.88.1-10+deb12u8", "7.88.*"),
            ("1:2.39.5-0+deb12u2", "1:2.39.*"),
            ("2:8.39-13", "2:8.39-*"),
            ("20230311+deb12u1", "20230311+*"),
            ("20230311", "20230311"),
            ("9.1.0+dfsg-2", "9.1.*"),
            ("1.8p2-1", "1.8*"),
            ("abc", "abc"),
        ] {
            assert_eq!(pattern_of_version_updates(version), pattern, "{version}");
            assert!(matches_pin(&pattern_of_version_updates(version), version), "{version}");
        }
        assert!(!matches_pin("7.88.*", "7.89.0"));
        assert!(!matches_pin("1.0", "1.0-1"));
    }
}
