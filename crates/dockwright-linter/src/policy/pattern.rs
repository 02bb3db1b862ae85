//! [`FactPattern`]: a glob that a whole fact must match.

use globset::{GlobBuilder, GlobMatcher};

use super::facts::PolicyFact;
use crate::error_text::ErrorText;
use crate::library_errors::describe_glob_error;

/// A glob: `*` and `?` match any characters, `/` included; `{a,b}` matches either.
#[derive(Debug, Clone)]
pub struct FactPattern {
    text: String,
    glob: GlobMatcher,
    upper: GlobMatcher,
}

impl FactPattern {
    /// # Errors
    /// The text is not a glob; the error gives the reason.
    pub fn new(text: &str) -> Result<Self, ErrorText> {
        let glob = |text: &str| {
            let built = GlobBuilder::new(text).literal_separator(false).backslash_escape(true).build();
            built.map(|glob| glob.compile_matcher()).map_err(|error| describe_glob_error(error.kind()))
        };
        Ok(Self { glob: glob(text)?, upper: glob(&text.to_uppercase())?, text: text.to_string() })
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn matches(&self, fact: &PolicyFact) -> bool {
        fact.texts.iter().any(|text| self.glob.is_match(text))
    }

    /// Matches a keyword in upper case, because keywords are case-insensitive.
    pub(super) fn matches_keyword(&self, fact: &PolicyFact) -> bool {
        fact.texts.iter().any(|text| self.matches_name(text))
    }

    /// Whether it matches the name of an instruction.
    pub fn matches_name(&self, name: &str) -> bool {
        self.upper.is_match(name.to_uppercase())
    }
}

impl PartialEq for FactPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FactPattern {}
