//! Secrets in a Dockerfile: finding them, and hiding them in reports.

mod arguments;
mod names;
mod password;
mod placeholder;
mod received;
mod stores;
mod token;

pub(super) use arguments::SecretArguments;
pub use names::names_secret;
pub use password::{PasswordPlace, find_passwords};
pub use received::{ReceivedSecret, prints_its_input};
pub use stores::{SecretStore, deletes_setting, is_deletion};
pub use token::{SecretToken, find_tokens};

use std::borrow::Cow;

use super::{Semantics, View, parse_settings};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind};

/// The secrets of a file, which reports must not print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HiddenSecrets {
    /// Tokens except for their first characters, literal passwords, and the values of variables that are named like
    /// secrets. Sorted; they may overlap.
    pub spans: Vec<Span>,
    /// The texts of tokens and passwords; not the values of variables, which may be common words.
    texts: Vec<String>,
}

impl HiddenSecrets {
    #[must_use]
    pub fn find(semantics: &Semantics<'_>) -> Self {
        let source = semantics.file.source;
        let mut spans: Vec<Span> = find_tokens(source).iter().map(SecretToken::secret_span).collect();
        spans.extend(find_passwords(semantics).into_iter().map(|password| password.span));
        let text = |span: &Span| String::from_utf8_lossy(span.bytes(source)).into_owned();
        let texts = spans.iter().map(text).filter(|text| text.len() >= LEAST).collect();
        spans.extend(values_named_like_secrets(semantics));
        spans.sort_unstable();
        Self { spans, texts }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The secrets in the text of a file.
    #[must_use]
    pub fn find_in_source(source: &[u8]) -> Self {
        let file = crate::syntax::parse(source);
        Self::find(&Semantics::new(&file, View::Exact))
    }

    /// The text with `…` for each secret.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.mask_escaped_secrets(text, Cow::Borrowed)
    }

    /// Masks a text in which secrets are written differently, for example with escapes.
    pub fn mask_escaped_secrets<'t, 's>(
        &'s self,
        text: &'t str,
        spelling: impl Fn(&'s str) -> Cow<'s, str>,
    ) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(text);
        for secret in self.texts.iter().map(|secret| spelling(secret)) {
            if masked.contains(&*secret) {
                masked = Cow::Owned(masked.replace(&*secret, "…"));
            }
        }
        masked
    }

    /// The value of a variable without secrets: `…` if the name implies that all of it is one.
    #[must_use]
    pub fn masked_value<'t>(&self, name: &str, value: &'t str) -> Cow<'t, str> {
        if value.len() >= LEAST && names_secret(name, View::Exact) {
            return Cow::Borrowed("•••");
        }
        self.mask(value)
    }

    /// The text of a part of the file with `•` for each byte of its secrets; line ends are kept. Bytes that are not
    /// UTF-8 become U+FFFD.
    #[must_use]
    pub fn masked_text_of_span(&self, part: Span, source: &[u8]) -> String {
        text_with_mask(part, source, &self.spans)
    }

    /// Whether the text contains a secret.
    #[must_use]
    pub fn has_secret_in_text(&self, text: &str) -> bool {
        self.texts.iter().any(|secret| text.contains(secret.as_str()))
    }
}

/// Minimum length of a hidden value, in bytes: shorter texts are flags, numbers, and parts of other words.
const LEAST: usize = 5;

fn values_named_like_secrets(semantics: &Semantics<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for instruction in semantics.file.instructions() {
        let inner = match &instruction.arguments {
            Arguments::Onbuild(inner) => inner,
            _ => instruction,
        };
        spans.extend(secret_values(semantics, inner));
    }
    spans
}

/// The values of ENV and ARG whose names imply that they are secrets.
fn secret_values(semantics: &Semantics<'_>, instruction: &Instruction<'_>) -> Vec<Span> {
    let is_secret = |name: &str, value: &str| {
        value.trim_matches(['"', '\'']).len() >= LEAST
            && !value.contains('$')
            && names_secret(name, View::Exact)
    };
    match &instruction.arguments {
        Arguments::Pairs { .. } if instruction.kind == Kind::Env => {
            parse_settings(semantics.file, instruction, View::Exact)
                .into_iter()
                .filter(|setting| is_secret(&setting.key, &setting.value))
                .map(|setting| setting.pair.value.span)
                .collect()
        }
        Arguments::Declarations(names) => names
            .iter()
            .filter_map(|one| Some((one, one.default.as_ref()?)))
            .filter(|(one, default)| is_secret(&one.name.text, &default.text))
            .map(|(_, default)| default.span)
            .collect(),
        _ => Vec::new(),
    }
}

/// What is shown for each byte of a secret.
pub const MASK: char = '•';

/// The text of a Dockerfile with `•` for each byte of its secrets.
#[must_use]
pub fn mask_secrets(source: &[u8]) -> String {
    masked_text(source, &HiddenSecrets::find_in_source(source).spans)
}

/// The text of a Dockerfile with `•` for each byte of the hidden parts, which are sorted and may overlap.
#[must_use]
pub fn masked_text(source: &[u8], hidden: &[Span]) -> String {
    let whole = Span::new(0, u32::try_from(source.len()).unwrap_or(u32::MAX));
    text_with_mask(whole, source, hidden)
}

fn text_with_mask(part: Span, source: &[u8], hidden: &[Span]) -> String {
    let range = part.range();
    let mut text = String::with_capacity(range.len());
    let mut at = range.start;
    for span in hidden.iter().map(|span| span.range()) {
        let (start, end) = (span.start.clamp(at, range.end.max(at)), span.end.min(range.end));
        if end <= start {
            continue;
        }
        text += &String::from_utf8_lossy(source.get(at..start).unwrap_or_default());
        let secret = source.get(start..end).unwrap_or_default();
        text.extend(
            secret.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(*byte) } else { MASK }),
        );
        at = end;
    }
    text + &String::from_utf8_lossy(source.get(at..range.end).unwrap_or_default())
}

/// A copy of the file in which each byte of the hidden parts is `*`; line ends are kept.
#[must_use]
pub fn mask_spans(source: &[u8], hidden: &[Span]) -> Vec<u8> {
    let mut masked = source.to_vec();
    for span in hidden {
        for byte in masked.get_mut(span.range()).into_iter().flatten() {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    masked
}
