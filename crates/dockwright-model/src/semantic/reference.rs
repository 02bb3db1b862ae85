//! [`ImageReference`]: an image reference validated and split by the grammar of Docker and BuildKit.

use std::fmt;
use std::ops::Range;

/// The maximum length of a repository name without host, in bytes.
const MAX_NAME: usize = 255;
const MAX_TAG: usize = 128;

/// A valid image reference. Ranges are bytes of the text that was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference<'t> {
    text: &'t str,
    host: Option<Range<usize>>,
    path: Range<usize>,
    tag: Option<Range<usize>>,
    digest: Option<Range<usize>>,
}

/// Why a text is not an image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceError {
    /// The invalid bytes of the text.
    pub range: Range<usize>,
    pub kind: ReferenceErrorKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceErrorKind {
    /// There is no name.
    Empty,
    /// The path contains an upper-case letter.
    UpperCase,
    /// 64 hexadecimal digits: an identifier, not a name.
    Identifier,
    Host,
    Path,
    TooLong,
    Tag,
    Digest,
}

impl<'t> ImageReference<'t> {
    /// Parses a reference after its variables are expanded.
    ///
    /// # Errors
    /// Returns the first part from the left that the grammar does not allow.
    pub fn parse(text: &'t str) -> Result<Self, ReferenceError> {
        let error = |range: Range<usize>, kind| Err(ReferenceError { range, kind });
        if text.len() == 64 && text.bytes().all(is_lower_hex) {
            return error(0..text.len(), ReferenceErrorKind::Identifier);
        }
        let (named, digest) = match text.find('@') {
            Some(at) => (at, Some(at + 1..text.len())),
            None => (text.len(), None),
        };
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let host = part(0..named).find('/').filter(|slash| is_host(part(0..*slash)));
        let start = host.map_or(0, |slash| slash + 1);
        let (path, tag) = match part(start..named).find(':') {
            Some(at) => (start..start + at, Some(start + at + 1..named)),
            None => (start..named, None),
        };
        if let Some(slash) = host
            && !is_domain(part(0..slash))
        {
            return error(0..slash, ReferenceErrorKind::Host);
        }
        if path.is_empty() {
            return error(path, ReferenceErrorKind::Empty);
        }
        let mut at = path.start;
        for component in part(path.clone()).split('/') {
            let range = at..at + component.len();
            at = range.end + 1;
            if let Some(upper) = component.find(|c: char| c.is_uppercase()) {
                let upper = range.start + upper;
                let length = part(upper..range.end).chars().next().map_or(1, char::len_utf8);
                return error(upper..upper + length, ReferenceErrorKind::UpperCase);
            }
            if !is_path_component(component) {
                return error(range, ReferenceErrorKind::Path);
            }
        }
        if path.len() > MAX_NAME {
            return error(path, ReferenceErrorKind::TooLong);
        }
        if let Some(tag) = &tag
            && !is_tag(part(tag.clone()))
        {
            return error(tag.clone(), ReferenceErrorKind::Tag);
        }
        if let Some(digest) = &digest
            && !is_digest(part(digest.clone()))
        {
            return error(digest.clone(), ReferenceErrorKind::Digest);
        }
        Ok(Self { text, host: host.map(|slash| 0..slash), path, tag, digest })
    }

    /// The registry's host, with port, as written.
    pub fn host(&self) -> Option<&'t str> {
        self.text.get(self.host.clone()?)
    }

    /// The path within the registry, as written.
    pub fn path(&self) -> &'t str {
        self.text.get(self.path.clone()).unwrap_or_default()
    }

    pub fn tag(&self) -> Option<&'t str> {
        self.text.get(self.tag.clone()?)
    }

    /// `sha256:…`.
    pub fn digest(&self) -> Option<&'t str> {
        self.text.get(self.digest.clone()?)
    }

    /// Host and path in full: `alpine` is `docker.io/library/alpine`.
    pub fn repository(&self) -> String {
        let path = self.path();
        match self.host() {
            None | Some("docker.io" | "index.docker.io") if path.contains('/') => format!("docker.io/{path}"),
            None | Some("docker.io" | "index.docker.io") => format!("docker.io/library/{path}"),
            Some(host) => format!("{host}/{path}"),
        }
    }

    /// The name of an official image of Docker Hub, if it is one: `alpine`.
    pub(crate) fn official_image_name(&self) -> Option<&'t str> {
        match self.host() {
            None | Some("docker.io" | "index.docker.io") => {
                let path = self.path();
                let name = path.strip_prefix("library/").unwrap_or(path);
                (!name.contains('/')).then_some(name)
            }
            Some(_) => None,
        }
    }
}

/// Whether the text before the first slash is a host, and not the first part of a path.
fn is_host(text: &str) -> bool {
    text.contains(['.', ':']) || text == "localhost" || text.chars().any(char::is_uppercase)
}

fn is_domain(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, rest)) if !address.is_empty() => {
                if !address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
                    return false;
                }
                (None, rest.strip_prefix(':').map_or(if rest.is_empty() { None } else { Some("") }, Some))
            }
            _ => return false,
        },
        None => match text.split_once(':') {
            Some((name, port)) => (Some(name), Some(port)),
            None => (Some(text), None),
        },
    };
    let component = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
    };
    name.is_none_or(|name| name.split('.').all(component))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Runs of `a-z0-9`, separated by one of `.`, `_`, `__` or dashes.
fn is_path_component(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    if !bytes.first().copied().is_some_and(alphanumeric) || !bytes.last().copied().is_some_and(alphanumeric) {
        return false;
    }
    text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MAX_TAG
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

/// Whether this is a digest of a known algorithm.
pub(crate) fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl ReferenceErrorKind {
    /// What to do about an image name with this error.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Empty => "name an image",
            Self::UpperCase => "write the name in lowercase",
            Self::Identifier => "use a name with a tag, or with a digest (`@sha256:…`)",
            Self::Host => "use a host such as `registry.example.org` or `localhost:5000`",
            Self::Path => "use lowercase letters and digits, with `.`, `_` or `-` between them",
            Self::TooLong => "use a shorter name",
            Self::Tag => "use letters, digits, `_`, `.` and `-`, and at most 128 of them",
            Self::Digest => "use `sha256:` and 64 hexadecimal digits",
        }
    }
}

impl fmt::Display for ReferenceErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::UpperCase => "image names are lowercase",
            Self::Identifier => "64 hexadecimal digits are an image ID, not a name",
            Self::Host => "the host name is invalid",
            Self::Path => "it has invalid characters",
            Self::TooLong => "it is longer than 255 bytes",
            Self::Tag => "the tag is invalid",
            Self::Digest => "the digest is invalid",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_references() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let with_digest = format!("a@{digest}");
        let with_both = format!("r.io/a:1@{digest}");
        for (text, expected) in [
            ("alpine", "docker.io/library/alpine - -"),
            ("alpine:3.20", "docker.io/library/alpine 3.20 -"),
            ("a/b", "docker.io/a/b - -"),
            ("docker.io/a", "docker.io/library/a - -"),
            ("index.docker.io/a/b:x", "docker.io/a/b x -"),
            ("ghcr.io/a/b_c/d__e/f--g.h:V_1.-", "ghcr.io/a/b_c/d__e/f--g.h V_1.- -"),
            ("localhost/a", "localhost/a - -"),
            ("localhost:5000", "docker.io/library/localhost 5000 -"),
            ("localhost:5000/a:1", "localhost:5000/a 1 -"),
            ("[::1]:5000/a", "[::1]:5000/a - -"),
            ("Reg/a", "Reg/a - -"),
            ("scratch", "docker.io/library/scratch - -"),
            (with_digest.as_str(), &format!("docker.io/library/a - {digest}")),
            (with_both.as_str(), &format!("r.io/a 1 {digest}")),
        ] {
            let reference = ImageReference::parse(text).expect(text);
            let part = |part: Option<&str>| part.unwrap_or("-").to_string();
            let found =
                format!("{} {} {}", reference.repository(), part(reference.tag()), part(reference.digest()));
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(
            ImageReference::parse("library/alpine").expect("valid").official_image_name(),
            Some("alpine")
        );
        assert_eq!(ImageReference::parse("a/b").expect("valid").official_image_name(), None);
        assert_eq!(ImageReference::parse("x.y/b").expect("valid").official_image_name(), None);
    }

    #[test]
    fn rejects_invalid_references() {
        use ReferenceErrorKind::{Digest, Empty, Host, Identifier, Path, Tag, TooLong, UpperCase};
        let identifier = "0123456789abcdef".repeat(4);
        let long = "a".repeat(256);
        let long_tag = format!("a:{}", "b".repeat(129));
        let upper_digest = format!("a@sha256:{}", "0A".repeat(32));
        for (text, kind, part) in [
            ("", Empty, ""),
            (":1", Empty, ""),
            ("Alpine", UpperCase, "A"),
            ("a/Bc", UpperCase, "B"),
            ("a:", Tag, ""),
            ("a:-1", Tag, "-1"),
            ("a:1:2", Tag, "1:2"),
            ("a:v+1", Tag, "v+1"),
            ("a/:x", Path, ""),
            ("a//b", Path, ""),
            ("-a", Path, "-a"),
            ("a-", Path, "a-"),
            ("a..b", Path, "a..b"),
            ("a___b", Path, "a___b"),
            ("a$b", Path, "a$b"),
            ("/a", Path, ""),
            ("a b", Path, "a b"),
            ("é", Path, "é"),
            ("reg:x/a", Host, "reg:x"),
            ("-a.b/c", Host, "-a.b"),
            ("[::1]x/a", Host, "[::1]x"),
            ("a@sha256:12", Digest, "sha256:12"),
            ("a@", Digest, ""),
            ("a@md5:d41d8cd98f00b204e9800998ecf8427e", Digest, "md5:d41d8cd98f00b204e9800998ecf8427e"),
            (identifier.as_str(), Identifier, identifier.as_str()),
            (long.as_str(), TooLong, long.as_str()),
            (long_tag.as_str(), Tag, &long_tag[2..]),
            (upper_digest.as_str(), Digest, &upper_digest[2..]),
        ] {
            let error = ImageReference::parse(text).expect_err(text);
            assert_eq!((error.kind, text.get(error.range)), (kind, Some(part)), "{text}");
        }
    }
}
