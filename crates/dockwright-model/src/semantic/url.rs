//! [`Url`]: an address in the text of a command or instruction.

use crate::semantic::paths::base_name;

/// The parts of `scheme://user:password@host:port/path`. Variables are `${…}`, and may occur in any part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'t> {
    pub text: &'t str,
    /// As written.
    pub(crate) scheme: &'t str,
    pub password: Option<&'t str>,
    /// Without the port, and without the brackets of an IPv6 address.
    pub host: &'t str,
    /// After the host and port: from the `/`, including the query and fragment.
    pub path: &'t str,
}

/// The start of an address, for messages.
#[must_use]
pub fn shorten_address(address: &str) -> String {
    const LONGEST: usize = 80;
    let address = address.replace('`', "'").replace(": ", ":");
    if address.chars().count() <= LONGEST {
        return address;
    }
    address.chars().take(LONGEST).chain(['…']).collect()
}

impl<'t> Url<'t> {
    /// `None` if the text is not an address with a scheme and a host.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(is_scheme) {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let host = match host.strip_prefix('[') {
            Some(host) => host.split(']').next()?,
            None => host.split(':').next()?,
        };
        let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
        (!host.is_empty()).then_some(Self { text, scheme, password, host, path })
    }

    /// Whether nothing protects the transport: `http`, `ftp`, `git`.
    #[must_use]
    pub fn is_unencrypted(&self) -> bool {
        ["http", "ftp", "git"].iter().any(|scheme| self.scheme.eq_ignore_ascii_case(scheme))
    }

    /// The last part of the path, without query and fragment.
    #[must_use]
    pub fn file_name(&self) -> &'t str {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        base_name(path)
    }

    /// Whether a part of the path is a digest, so that the content cannot change: 40 or more hex digits.
    #[must_use]
    pub fn has_digest_in_path(&self) -> bool {
        let is_digest = |part: &str| part.len() >= 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.path.split(['/', ':', '@', '?', '#', '=']).any(is_digest)
    }
}

/// Whether the host is the machine itself.
#[must_use]
pub fn is_localhost(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || matches!(host.as_str(), "::1" | "0.0.0.0")
        || (host.starts_with("127.") && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Whether the host is in a private network: one word, `*.local`, `10.1.2.3`.
#[must_use]
pub fn is_private(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let parts: Vec<Option<u8>> = host.split('.').map(|part| part.parse().ok()).collect();
    let address = match parts.as_slice() {
        [Some(first), Some(second), Some(_), Some(_)] => Some((*first, *second)),
        _ => None,
    };
    match address {
        Some((10, _) | (192, 168)) => true,
        Some((172, second)) => (16..32).contains(&second),
        Some(_) => false,
        None => {
            !host.contains(['.', ':'])
                || [".local", ".internal", ".lan", ".svc", ".localdomain"]
                    .iter()
                    .any(|end| host.ends_with(end))
        }
    }
}

/// Whether documentation uses the host: `example.org`, `*.example.com`.
#[must_use]
pub(crate) fn is_documentation_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["example.com", "example.org", "example.net", "example"]
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_urls_into_parts() {
        let parts = |text| Url::parse(text).map(|url| (url.scheme, url.password, url.host, url.path));
        for (text, expected) in [
            ("https://a.org/b?c#d", Some(("https", None, "a.org", "/b?c#d"))),
            ("http://a:80", Some(("http", None, "a", ""))),
            ("https://u:p@a.org:1/x", Some(("https", Some("p"), "a.org", "/x"))),
            ("https://u@a.org", Some(("https", None, "a.org", ""))),
            ("http://[::1]:80/x", Some(("http", None, "::1", "/x"))),
            ("git@github.com:o/r", None),
            ("://a", None),
            ("https://", None),
            ("a", None),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn hosts_are_classified() {
        for (host, local, private) in [
            ("localhost", true, true),
            ("a.localhost", true, false),
            ("127.0.0.1", true, false),
            ("::1", true, false),
            ("db", false, true),
            ("x.internal", false, true),
            ("10.0.0.1", false, true),
            ("172.20.1.1", false, true),
            ("172.32.1.1", false, false),
            ("8.8.8.8", false, false),
            ("a.org", false, false),
        ] {
            assert_eq!((is_localhost(host), is_private(host)), (local, private), "{host}");
        }
        assert!(
            is_documentation_host("a.example.org")
                && is_documentation_host("example.com")
                && !is_documentation_host("myexample.com")
        );
    }
}
