//! Failures of HTTP requests, in dockwright's own wording.

use std::io::ErrorKind;
use std::time::Duration;

use super::failure::LookupError;
use super::http::{HEADERS, HttpLimits};

/// An error in dockwright's own wording. The library's text may contain a URL with a secret.
pub(super) fn describe_failure(
    host: &str,
    error: ureq::Error,
    limits: &HttpLimits,
    limit: Duration,
) -> LookupError {
    let host = host.to_string();
    let unreachable = |why: &str| LookupError::Unreachable(host.clone(), why.to_string());
    match error {
        ureq::Error::Timeout(which) => {
            let after = match which {
                ureq::Timeout::Connect | ureq::Timeout::Resolve => limits.connect,
                ureq::Timeout::Global | ureq::Timeout::PerCall => limit,
                _ => limits.read_timeout,
            };
            LookupError::Timeout(host, after)
        }
        ureq::Error::HostNotFound => unreachable("unknown host"),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => unreachable("the proxy failed"),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => {
            unreachable("no trusted TLS connection")
        }
        ureq::Error::LargeResponseHeader(..) => LookupError::TooLarge(host, HEADERS as u64),
        ureq::Error::BodyExceedsLimit(limit) => LookupError::TooLarge(host, limit),
        ureq::Error::Decompress(..) => LookupError::Invalid(host, "valid gzip"),
        ureq::Error::Protocol(_) | ureq::Error::Http(_) => LookupError::Invalid(host, "valid HTTP"),
        ureq::Error::BodyStalled => LookupError::Truncated(host),
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => LookupError::Timeout(host, limits.read_timeout),
            ErrorKind::ConnectionRefused => unreachable("connection refused"),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                LookupError::Truncated(host)
            }
            ErrorKind::InvalidData => unreachable("no trusted TLS connection"),
            _ => unreachable("connection failed"),
        },
        _ => unreachable("connection failed"),
    }
}

/// Whether the system has CA certificates; a minimal container may have none.
pub(super) fn has_system_roots() -> bool {
    const PLACES: [&str; 6] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/etc/ssl/certs",
    ];
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux")
        || is_set("SSL_CERT_FILE")
        || is_set("SSL_CERT_DIR")
        || PLACES.iter().any(|place| std::path::Path::new(place).exists())
}
