//! [`LabelType`]: the required format of the value of a label.

use std::str::FromStr;

use super::{View, label_format as format};

/// The type that a label schema gives a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelType {
    /// Any text.
    #[default]
    Text,
    Url,
    Semver,
    Hash,
    Rfc3339,
    Spdx,
    Email,
}

impl LabelType {
    /// Every type by its name in a schema.
    pub const NAMED: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("url", Self::Url),
        ("semver", Self::Semver),
        ("hash", Self::Hash),
        ("rfc3339", Self::Rfc3339),
        ("spdx", Self::Spdx),
        ("email", Self::Email),
    ];

    /// Its name in a schema.
    pub fn as_str(self) -> &'static str {
        Self::NAMED.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| *name)
    }

    /// Whether a value, without its quotes, is one of this type. Every text, even an empty one, is `Text`.
    pub(crate) fn accepts_value(self, value: &str, view: View) -> bool {
        match self {
            Self::Text => true,
            Self::Url => format::is_url(value, view),
            Self::Semver => format::is_semver(value, view),
            Self::Hash => format::is_commit_hash(value, view),
            Self::Rfc3339 => format::is_rfc3339(value, view),
            Self::Spdx => format::is_spdx(value, view),
            Self::Email => format::is_email(value, view),
        }
    }
}

impl FromStr for LabelType {
    type Err = UnknownLabelType;

    /// Reads the name of a type; an empty name means `text`.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        known.or((name.is_empty()).then_some(Self::Text)).ok_or_else(|| UnknownLabelType(name.to_string()))
    }
}

/// The error for a type that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLabelType(pub String);

impl std::fmt::Display for UnknownLabelType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown label type `{}`", self.0)
    }
}

impl std::error::Error for UnknownLabelType {}

#[cfg(test)]
mod tests {
    use super::*;

    use LabelType::{Email, Hash, Rfc3339, Semver, Spdx, Text, Url};

    /// A value and whether it is accepted, exactly and by hadolint.
    #[rustfmt::skip]
    const VALUES: &[(LabelType, &str, bool, bool)] = &[
        (Url, "http:", true, true),
        (Url, "a:", true, true),
        (Url, "C:x", true, true),
        (Url, "mailto:a@b", true, true),
        (Url, "urn:x:y", true, true),
        (Url, "http://", true, true),
        (Url, "http://a/%20", true, true),
        (Url, "http://[::1]/", true, true),
        (Url, "http://a:99999/", true, true),
        (Url, "a+b-c.d:x", true, true),
        (Url, "http://a?b?c", true, true),
        (Url, "http://user@h", true, true),
        (Url, "HTTP://A", true, true),
        (Url, "http://[v1.a]/", true, true),
        (Url, "http://[v1.a:b]/", true, false),
        (Url, "http:///x", true, true),
        (Url, "http:a//b", true, true),
        (Url, "http://$X/", true, true),
        (Url, "", false, false),
        (Url, "http://a b", false, false),
        (Url, "http://a/%zz", false, false),
        (Url, "/a", false, false),
        (Url, "//a/b", false, false),
        (Url, "a/b:c", false, false),
        (Url, "http://[x]/", false, false),
        (Url, "http://a:x/", false, false),
        (Url, "http://a/é", false, false),
        (Url, "1a:b", false, false),
        (Url, "http://a#b#c", false, false),
        (Url, "http://a/[b]", false, false),
        (Url, "http://u@v@h", false, false),
        (Url, "http://a/{b}", false, false),
        (Url, "http://a/|", false, false),
        (Url, "http://a\\b", false, false),
        (Url, "x://a:80:90", false, false),
        (Url, " http://a", false, false),
        (Url, "http://[1.2.3.4]", false, false),
        (Semver, "1.2.3", true, true),
        (Semver, "1.2.3-a", true, true),
        (Semver, "1.2.3-a.b", true, true),
        (Semver, "1.2.3--", true, true),
        (Semver, "1.2.3+a", true, true),
        (Semver, "1.2.3-a+b", true, true),
        (Semver, "1.2.3+a-b", true, true),
        (Semver, "99999999999999999999.1.1", true, true),
        (Semver, "1.2.3+01", true, true),
        (Semver, "", false, false),
        (Semver, "v1.2.3", false, false),
        (Semver, "1.2", false, false),
        (Semver, "1.2.3.4", false, false),
        (Semver, "1.2.3 ", false, false),
        (Semver, " 1.2.3", false, false),
        (Semver, "1..3", false, false),
        (Semver, "a.b.c", false, false),
        (Semver, "1.2.-3", false, false),
        (Semver, "1.2.3-é", false, false),
        (Semver, "1.2.3a", false, false),
        (Semver, "1.2.3-a b", false, false),
        (Semver, "1.2.3-a..b", false, false),
        (Semver, "1.2.3-.", false, false),
        (Semver, "1.2.3-a_b", false, false),
        (Semver, "1.2.3+a+b", false, false),
        (Semver, "01.2.3", false, true),
        (Semver, "1.02.3", false, true),
        (Semver, "1.2.3-", false, true),
        (Semver, "1.2.3+", false, true),
        (Semver, "1.2.3-a+", false, true),
        (Semver, "1.2.3-+", false, true),
        (Semver, "1.2.3-01", false, true),
        (Semver, "1.2.3-a.+b.", false, true),
        (Hash, "abcdef0", true, true),
        (Hash, "0000000000000000000000000000000000000000", true, true),
        (Hash, "", false, false),
        (Hash, "ABCDEF0", false, false),
        (Hash, "000000", false, false),
        (Hash, "g000000", false, false),
        (Hash, " abcdef0", false, false),
        (Hash, "00000000000000000000000000000000000000000000000000000000000000000", false, false),
        (Hash, "abcdef01", true, false),
        (Hash, "000000000000000000000000000000000000000", true, false),
        (Hash, "0000000000000000000000000000000000000000000000000000000000000000", true, false),
        (Rfc3339, "2020-01-01T00:00:00Z", true, true),
        (Rfc3339, "2020-01-01t00:00:00z", true, true),
        (Rfc3339, "2020-01-01T00:00:00+01:00", true, true),
        (Rfc3339, "2020-02-29T00:00:00Z", true, true),
        (Rfc3339, "2000-02-29T00:00:00Z", true, true),
        (Rfc3339, "2020-01-01T23:59:60Z", true, true),
        (Rfc3339, "2020-01-01T00:00:00.1Z", true, true),
        (Rfc3339, "2020-01-01T00:00:00.123456789012345Z", true, true),
        (Rfc3339, "2020-01-01T00:00:00-00:00", true, true),
        (Rfc3339, "0000-01-01T00:00:00Z", true, true),
        (Rfc3339, "", false, false),
        (Rfc3339, "2020-01-01", false, false),
        (Rfc3339, "2020-01-01 00:00:00Z", false, false),
        (Rfc3339, "2020-01-01T00:00:00", false, false),
        (Rfc3339, "2020-01-01T00:00:00+01", false, false),
        (Rfc3339, "2020-01-01T00:00Z", false, false),
        (Rfc3339, "2020-02-30T00:00:00Z", false, false),
        (Rfc3339, "2021-02-29T00:00:00Z", false, false),
        (Rfc3339, "1900-02-29T00:00:00Z", false, false),
        (Rfc3339, "2020-13-01T00:00:00Z", false, false),
        (Rfc3339, "2020-00-01T00:00:00Z", false, false),
        (Rfc3339, "2020-01-00T00:00:00Z", false, false),
        (Rfc3339, "2020-01-01T24:00:00Z", false, false),
        (Rfc3339, "2020-01-01T23:60:00Z", false, false),
        (Rfc3339, "2020-01-01T23:59:61Z", false, false),
        (Rfc3339, "2020-1-1T0:0:0Z", false, false),
        (Rfc3339, "20200101T000000Z", false, false),
        (Rfc3339, "2020-01-01T00:00:00 Z", false, false),
        (Rfc3339, "2020-01-01T00:00:00,1Z", false, false),
        (Rfc3339, "2020-01-01T00:00:00+9:00", false, false),
        (Rfc3339, "2020-01-01T00:00:00+0:100", false, false),
        (Rfc3339, "2020-01-01T00:00:00+01000", false, false),
        (Rfc3339, "2020-01-01T00:00:00Zx", false, false),
        (Rfc3339, "2020-01-01T00:00:00.1.2Z", false, false),
        (Rfc3339, "+2020-01-01T00:00:00Z", false, false),
        (Rfc3339, "2020-001-01T00:00:00Z", false, false),
        (Rfc3339, "2020-01-01T00:00:00+0100", false, true),
        (Rfc3339, "2020-01-01T00:00:00.Z", false, true),
        (Rfc3339, "2020-01-01T00:00:00+24:00", false, true),
        (Rfc3339, "2020-01-01T00:00:00+99:99", false, true),
        (Rfc3339, "02020-01-01T00:00:00Z", false, true),
        (Rfc3339, "-2020-01-01T00:00:00Z", false, true),
        (Rfc3339, "20-01-01T00:00:00Z", false, true),
        (Rfc3339, " 2020-01-01T00:00:00Z ", false, true),
        (Rfc3339, "\t2020-01-01T00:00:00-2359", false, true),
        (Spdx, "MIT", true, true),
        (Spdx, "Apache-2.0", true, true),
        (Spdx, "GPL-3.0-only", true, true),
        (Spdx, "GPL-3.0-or-later", true, true),
        (Spdx, "BSD-3-Clause", true, true),
        (Spdx, "", false, false),
        (Spdx, "mit", false, false),
        (Spdx, "GPL-3.0", false, false),
        (Spdx, "AGPL-3.0", false, false),
        (Spdx, "GPL-2.0+", false, false),
        (Spdx, "NONE", false, false),
        (Spdx, "Apache 2", false, false),
        (Spdx, " MIT", true, false),
        (Spdx, "MIT OR Apache-2.0", true, false),
        (Spdx, "(MIT AND ISC)", true, false),
        (Spdx, "Apache-2.0+", true, false),
        (Spdx, "Apache-2.0 WITH LLVM-exception", true, false),
        (Spdx, "LicenseRef-Own", true, false),
        (Spdx, "FSL-1.1-MIT", true, false),
        (Spdx, "Net-SNMP", false, true),
        (Email, "jane@example.org", true, true),
        (Email, "a@b", true, true),
        (Email, "a.b@c", true, true),
        (Email, "a+b@c", true, true),
        (Email, "\"a b\"@c", true, true),
        (Email, "", false, false),
        (Email, "jane", false, false),
        (Email, "<a@b>", false, false),
        (Email, "A <a@b>", false, false),
        (Email, "a..b@c", false, false),
        (Email, "a@b@c", false, false),
        (Email, "a b@c", false, false),
        (Email, "é@b.org", true, false),
        (Email, "a(c)@b", false, true),
        (Email, " a@b ", false, true),
        (Text, "", true, true),
        (Text, "anything at all", true, true),
    ];

    #[test]
    fn distinguishes_label_types() {
        for (kind, value, exact, hadolint) in VALUES {
            assert_eq!(kind.accepts_value(value, View::Exact), *exact, "{kind:?} {value:?}, exact");
            assert_eq!(kind.accepts_value(value, View::Hadolint), *hadolint, "{kind:?} {value:?}, hadolint");
        }
    }

    #[test]
    fn names_of_types() {
        for (name, kind) in LabelType::NAMED {
            assert_eq!(name.parse(), Ok(kind));
            assert_eq!(kind.as_str(), name);
        }
        assert_eq!("".parse(), Ok(LabelType::Text));
        assert_eq!("URL".parse::<LabelType>(), Err(UnknownLabelType("URL".into())));
    }
}
