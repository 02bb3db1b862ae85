//! [`LookupError`]: why something could not be looked up.

use std::fmt;
use std::time::Duration;

/// Why a lookup failed. Its text contains no credentials, no query strings, and nothing that a server sent except
/// numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LookupError {
    /// The address is not HTTPS.
    NotHttps(String),
    /// The address cannot be used.
    Address(&'static str),
    Unreachable(String, String),
    Timeout(String, Duration),
    Status(String, u16),
    /// The server asks for a longer wait than the limit.
    Wait(String, Duration),
    TooLarge(String, u64),
    /// The connection ended before the response was complete.
    Truncated(String),
    TooManyRedirects(String),
    /// The response does not have the expected format.
    Invalid(String, &'static str),
    /// The content does not have the digest that the server states.
    Digest(String),
    /// The registry rejects the credentials, or there are none.
    Denied {
        host: String,
        had_credentials: bool,
    },
    Credentials(String),
    NotFound(String),
    /// No version is suitable.
    NoVersion(String),
    /// It has no version to be pinned to.
    Unversioned(String),
    /// Only the cache may be used, and it has no response.
    Offline,
}

impl LookupError {
    /// What to do about it.
    pub(crate) fn advice(&self) -> Option<String> {
        Some(match self {
            Self::NotHttps(host) => {
                format!("to allow HTTP, add `{host}` to `insecure-registries` under `[pin]`")
            }
            Self::Unreachable(..) | Self::Timeout(..) | Self::Truncated(_) => {
                "check the network and the proxy".to_string()
            }
            Self::Status(..) | Self::Wait(..) => "try again later".to_string(),
            Self::Denied { host, had_credentials: true } => {
                format!("log in again with `docker login {host}`")
            }
            Self::Denied { host, had_credentials: false } => {
                format!("correct the name, or log in with `docker login {host}`")
            }
            Self::Offline => "run `dockwright pin` once without `--offline`".to_string(),
            Self::Address(_)
            | Self::TooLarge(..)
            | Self::TooManyRedirects(_)
            | Self::Invalid(..)
            | Self::Digest(_)
            | Self::Credentials(_)
            | Self::NotFound(_)
            | Self::NoVersion(_)
            | Self::Unversioned(_) => return None,
        })
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps(host) => {
                write!(f, "{host} is not contacted without HTTPS")
            }
            Self::Address(why) => f.write_str(why),
            Self::Unreachable(host, why) => {
                write!(f, "cannot reach {host} ({why})")
            }
            Self::Timeout(host, after) => {
                write!(f, "no response from {host} within {}", ReadableSeconds(*after))
            }
            Self::Status(host, status) => write!(f, "{host} responded with status {status}"),
            Self::Wait(host, wait) => {
                write!(f, "{host} allows no more requests for {}", ReadableSeconds(*wait))
            }
            Self::TooLarge(host, limit) => write!(f, "the response of {host} is larger than {limit} bytes"),
            Self::Truncated(host) => {
                write!(f, "{host} closed the connection before the response was complete")
            }
            Self::TooManyRedirects(host) => write!(f, "{host} redirects too often"),
            Self::Invalid(host, what) => write!(f, "the response of {host} is not {what}"),
            Self::Digest(host) => write!(f, "the content from {host} does not match its digest"),
            Self::Denied { host, had_credentials: true } => write!(f, "{host} rejects the credentials"),
            Self::Denied { host, had_credentials: false } => {
                write!(f, "{host} denies access without credentials, or the image does not exist")
            }
            Self::Credentials(why) | Self::NotFound(why) | Self::NoVersion(why) | Self::Unversioned(why) => {
                f.write_str(why)
            }
            Self::Offline => f.write_str("not in the cache"),
        }
    }
}

impl std::error::Error for LookupError {}

/// A duration for people.
struct ReadableSeconds(Duration);

impl fmt::Display for ReadableSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_millis() == 0 {
            write!(f, "{} s", self.0.as_secs())
        } else {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        }
    }
}
