//! [`Image`]: the parts of an image reference as written, including variables.

use std::borrow::Cow;
use std::ops::Range;

use super::View;
use crate::syntax::Word;

/// An image reference, split into its parts but not validated; any part may contain variables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image<'a> {
    text: Cow<'a, str>,
    registry: Option<Range<usize>>,
    name: Range<usize>,
    tag: Option<Range<usize>>,
    digest: Option<Range<usize>>,
}

impl<'a> Image<'a> {
    /// Splits `word`, but never inside `${…}`.
    pub fn new(word: &Word<'a>, view: View) -> Self {
        let text = word.text.clone();
        let (reference, digest) = match find_outside_expansions(&text, 0..text.len(), b'@') {
            Some(at) => (0..at, Some(at + 1..text.len())),
            None => (0..text.len(), None),
        };
        let registry = match view {
            View::Exact => registry_host(&text, reference.clone()),
            View::Hadolint => registry_with_dot(&text, reference.clone()),
        };
        let start = registry.as_ref().map_or(0, |registry| registry.end + 1);
        let (name, tag) = match find_outside_expansions(&text, start..reference.end, b':') {
            Some(at) => (start..at, Some(at + 1..reference.end)),
            None => (start..reference.end, None),
        };
        Self { text, registry, name, tag, digest }
    }

    /// Splits `word` only at the first `/`, and only if a dot precedes it (hadolint 2.15.1 in `--from`).
    pub fn split_at_slash(word: &Word<'a>) -> Self {
        let text = word.text.clone();
        let host = text.find('/').filter(|slash| text.get(..*slash).is_some_and(|host| host.contains('.')));
        let name = host.map_or(0, |slash| slash + 1)..text.len();
        Self { registry: host.map(|slash| 0..slash), name, text, tag: None, digest: None }
    }

    /// The host of the registry, including the port.
    pub fn registry(&self) -> Option<&str> {
        self.text_in_range(self.registry.as_ref())
    }

    /// The name without registry, tag and digest: `library/alpine`.
    pub fn name(&self) -> &str {
        self.text.get(self.name.clone()).unwrap_or_default()
    }

    pub fn tag(&self) -> Option<&str> {
        self.text_in_range(self.tag.as_ref())
    }

    pub fn digest(&self) -> Option<&str> {
        self.text_in_range(self.digest.as_ref())
    }

    /// The whole reference as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the tag in the text.
    pub fn tag_range(&self) -> Option<Range<usize>> {
        self.tag.clone()
    }

    fn text_in_range(&self, range: Option<&Range<usize>>) -> Option<&str> {
        self.text.get(range?.clone())
    }
}

/// The text before the first `/`, if it must be a host: with a dot, a colon, or `localhost` (distribution/reference,
/// `splitDockerDomain`).
fn registry_host(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let slash = find_outside_expansions(text, range.clone(), b'/')?;
    let host = text.get(range.start..slash)?;
    let is_host = host == "localhost"
        || find_outside_expansions(text, range.start..slash, b'.').is_some()
        || find_outside_expansions(text, range.start..slash, b':').is_some();
    is_host.then_some(range.start..slash)
}

/// The text up to the first `/` after the first dot, which is how hadolint finds the registry: `localhost:5000/a` has
/// none.
fn registry_with_dot(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let dot = find_outside_expansions(text, range.clone(), b'.')?;
    let slash = find_outside_expansions(text, dot..range.end, b'/')?;
    Some(range.start..slash)
}

/// The first `byte` in `range` that is not inside `${…}`.
fn find_outside_expansions(text: &str, range: Range<usize>, byte: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = range.start;
    while at < range.end {
        let here = *bytes.get(at)?;
        match here {
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'{' if depth > 0 => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            _ if depth == 0 && here == byte => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, view: View) -> String {
        let word = Word { text: text.into(), ..Word::default() };
        let image = Image::new(&word, view);
        let part = |part: Option<&str>| part.unwrap_or("-").to_string();
        format!("{} {} {} {}", part(image.registry()), image.name(), part(image.tag()), part(image.digest()))
    }

    #[test]
    fn splits_references() {
        for (text, exact, hadolint) in [
            ("alpine", "- alpine - -", "- alpine - -"),
            ("alpine:3.20", "- alpine 3.20 -", "- alpine 3.20 -"),
            ("a@sha256:1", "- a - sha256:1", "- a - sha256:1"),
            ("a:1@sha256:1", "- a 1 sha256:1", "- a 1 sha256:1"),
            ("ghcr.io/a/b:1", "ghcr.io a/b 1 -", "ghcr.io a/b 1 -"),
            ("reg.io:5000/a", "reg.io:5000 a - -", "reg.io:5000 a - -"),
            ("localhost:5000/a", "localhost:5000 a - -", "- localhost 5000/a -"),
            ("foo/bar.baz/qux", "- foo/bar.baz/qux - -", "foo/bar.baz qux - -"),
            ("${R:-x.y/z}/a:${T:-1:2}", "- ${R:-x.y/z}/a ${T:-1:2} -", "- ${R:-x.y/z}/a ${T:-1:2} -"),
        ] {
            assert_eq!(parts(text, View::Exact), exact, "{text}");
            assert_eq!(parts(text, View::Hadolint), hadolint, "{text}");
        }
    }
}
