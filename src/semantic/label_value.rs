//! [`LabelType`]: what the value of a label has to look like.

use std::str::FromStr;

use super::{View, label_format as format};

/// The type that a label schema gives a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelType {
    /// Anything but nothing.
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
    const NAMED: [(&'static str, Self); 7] = [
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

    /// Whether a value, without its quotes, is one of this type. Every text is `Text`, the empty one too.
    pub fn accepts(self, value: &str, view: View) -> bool {
        match self {
            Self::Text => true,
            Self::Url => format::is_url(value),
            Self::Semver => format::is_semver(value, view),
            Self::Hash => format::is_hash(value, view),
            Self::Rfc3339 => format::is_rfc3339(value, view),
            Self::Spdx => format::is_spdx(value, view),
            Self::Email => format::is_email(value, view),
        }
    }
}

impl FromStr for LabelType {
    type Err = UnknownLabelType;

    /// Reads the name of a type; the empty one means `text`.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        known.or((name.is_empty()).then_some(Self::Text)).ok_or_else(|| UnknownLabelType(name.to_string()))
    }
}

/// A label schema names a type that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLabelType(pub String);

impl std::fmt::Display for UnknownLabelType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = LabelType::NAMED.map(|(name, _)| name).join(", ");
        write!(f, "`{}` is no type of labels; the types are {names}", self.0)
    }
}

impl std::error::Error for UnknownLabelType {}

#[cfg(test)]
mod tests {
    use super::*;

    /// `type: value` and whether it is accepted exactly and by hadolint.
    const VALUES: &[(LabelType, &str, bool, bool)] = &[];

    #[test]
    fn values_are_told_apart() {
        for (kind, value, exact, hadolint) in VALUES {
            assert_eq!(kind.accepts(value, View::Exact), *exact, "{kind:?} {value:?}, exact");
            assert_eq!(kind.accepts(value, View::Hadolint), *hadolint, "{kind:?} {value:?}, hadolint");
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
