//! Which addresses may be contacted, and how they are written.

use url::{Host, Url};

use super::failure::LookupError;
use crate::error_text::ErrorText;

/// The form in which a configuration names a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerNameForm {
    /// `registry.example.org`, optionally with a port.
    Host,
    /// The same, optionally with a scheme before it and a path after it.
    HostAndPath,
}

impl ServerNameForm {
    /// Checks what a user wrote.
    ///
    /// # Errors
    /// The text is not the name of a server in this form; the help shows the right one.
    pub(crate) fn parse(self, written: &str) -> Result<(), ErrorText> {
        let (scheme, rest) = written.split_once("://").unwrap_or(("https", written));
        let host = rest.split('/').next().unwrap_or_default();
        let is_server = |text: &str| {
            let url = Url::parse(&format!("https://{text}/"));
            url.is_ok_and(|url| {
                url.username().is_empty() && url.query().is_none() && url.fragment().is_none()
            })
        };
        if !is_server(host) || !matches!(scheme, "http" | "https") {
            let message = match written {
                "" => "the name of a server is empty".to_string(),
                _ => format!("`{written}` is not the name of a server"),
            };
            return Err(ErrorText::new(message).help("use the form `registry.example.org:5000`"));
        }
        if self == Self::Host && host != written {
            let message = format!("`{written}` must be the name of a server, not a URL");
            return Err(ErrorText::new(message).help(format!("write `{host}`")));
        }
        Ok(())
    }
}

/// The hosts that may be contacted without HTTPS: loopback, and those that the configuration names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrustedHosts<'s> {
    /// Each with its port, if it has one.
    pub insecure: &'s [String],
}

impl TrustedHosts<'_> {
    /// Whether a host, with its port, may be contacted without HTTPS.
    #[must_use]
    pub(crate) fn allows_http(&self, host: &str) -> bool {
        Url::parse(&format!("http://{host}/")).is_ok_and(|url| self.check(&url).is_ok())
    }

    /// Rejects an address that may not be contacted.
    ///
    /// # Errors
    /// The address is neither HTTPS nor trusted, or contains a user name.
    pub(crate) fn check(&self, url: &Url) -> Result<(), LookupError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LookupError::Address("the address contains credentials"));
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(url) || self.insecure.contains(&host_and_port(url)) => Ok(()),
            "http" => Err(LookupError::NotHttps(host_and_port(url))),
            _ => Err(LookupError::Address("the address does not use HTTPS")),
        }
    }
}

/// Whether an address is on this machine.
#[must_use]
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The host with its port, which is the only part of an address that errors name.
#[must_use]
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_loopback_and_named_hosts_are_contacted() {
        let insecure = ["registry.internal:5000".to_string()];
        let trust = TrustedHosts { insecure: &insecure };
        for (address, allowed) in [
            ("https://example.org/x", true),
            ("http://example.org/x", false),
            ("http://localhost:5000/x", true),
            ("http://127.0.0.1/x", true),
            ("http://127.8.8.8:1/x", true),
            ("http://[::1]:5000/x", true),
            ("http://localhost.example.org/x", false),
            ("http://127.0.0.1.example.org/x", false),
            ("http://registry.internal:5000/x", true),
            ("http://registry.internal/x", false),
            ("http://10.0.0.1/x", false),
            ("ftp://localhost/x", false),
            ("file:///etc/passwd", false),
            ("https://user:word@example.org/x", false),
        ] {
            let url = Url::parse(address).expect("an address");
            assert_eq!(trust.check(&url).is_ok(), allowed, "{address}");
        }
        let url = Url::parse("https://me:word@example.org:8443/a?token=word").expect("an address");
        assert_eq!(host_and_port(&url), "example.org:8443");
    }
}
