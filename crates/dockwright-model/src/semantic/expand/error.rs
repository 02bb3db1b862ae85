//! [`ExpandError`]: a word that BuildKit cannot expand.

use std::fmt;
use std::ops::Range;

use crate::syntax::quote_excerpt;

/// Why a word cannot be expanded. Its `Display` text is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpandError {
    /// The invalid bytes of the text.
    pub range: Range<usize>,
    pub kind: ExpandErrorKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpandErrorKind {
    /// `'` or `"` that is not closed.
    OpenQuote(char),
    /// `${` without `}`.
    OpenBrace,
    /// `${name/pattern` without the second slash.
    NoReplacement,
    /// `${}`, `${:…`, `${{…`.
    BadSubstitution,
    /// An operator that BuildKit does not know; the name is `""` if another character is in its place.
    Operator { name: String, operator: String },
    /// A pattern with a backslash before this character (`None` for the end).
    Pattern { pattern: String, escaped: Option<char> },
    /// `${name?message}` or `${name:?message}`, and the variable is unset (or empty).
    Required { name: String, empty: bool, message: String },
    /// Nested more than [`MAX_DEPTH`](super::MAX_DEPTH) deep.
    TooDeep,
}

impl ExpandErrorKind {
    /// What to do about the error.
    pub(crate) const fn advice(&self) -> &'static str {
        match self {
            Self::OpenQuote(_) => "add the closing quote, or escape this one",
            Self::OpenBrace => "add the `}`",
            Self::NoReplacement => "add the second `/`",
            Self::BadSubstitution => "add a variable name, or escape the `$`",
            Self::Operator { .. } => "escape the `$`, or use an operator such as `:-` after the name",
            Self::Pattern { .. } => "remove the backslash",
            Self::Required { .. } => "set it with `ARG` or `ENV`",
            Self::TooDeep => "use fewer levels",
        }
    }

    /// Whether the error is in the syntax of the text, not in the values of its variables.
    pub(crate) fn is_syntax_error(&self) -> bool {
        !matches!(self, Self::Pattern { .. } | Self::Required { .. })
    }
}

impl fmt::Display for ExpandErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenQuote(quote) => write!(f, "the quote `{quote}` is not closed"),
            Self::OpenBrace => f.write_str("`${` is not closed"),
            Self::NoReplacement => f.write_str("the pattern in `${…/…/…}` is not closed by a second `/`"),
            Self::BadSubstitution => f.write_str("`${` is not followed by a variable name"),
            Self::Operator { name, operator } if name.is_empty() => {
                write!(f, "`${{` is followed by {}, which is not a variable name", quote_excerpt(operator))
            }
            Self::Operator { name, operator } => {
                let form = quote_excerpt(&format!("${{{name}{operator}…}}"));
                write!(f, "BuildKit does not support {} in {form}", quote_excerpt(operator))
            }
            Self::Pattern { pattern, escaped: Some(escaped) } => {
                let escaped = quote_excerpt(escaped.encode_utf8(&mut [0; 4]));
                write!(f, "the pattern {} escapes {escaped}, which is not special", quote_excerpt(pattern))
            }
            Self::Pattern { pattern, escaped: None } => {
                write!(f, "the pattern {} ends in an escape", quote_excerpt(pattern))
            }
            Self::Required { name, empty, message } if message.is_empty() => {
                write!(f, "{} must not be {}", quote_excerpt(name), if *empty { "empty" } else { "unset" })
            }
            Self::Required { name, empty, message } => {
                let state = if *empty { "empty" } else { "not set" };
                write!(f, "{} is {state} ({})", quote_excerpt(name), quote_excerpt(message))
            }
            Self::TooDeep => write!(f, "`${{…}}` is nested more than {} deep", super::MAX_DEPTH),
        }
    }
}

impl fmt::Display for ExpandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}
