//! [`HttpClient`]: requests with limits on everything: time, size, attempts, redirects, requests at a time.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use ureq::http::{HeaderMap, header};
use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

use super::address::{self, TrustedHosts};
use super::failure::LookupError;
use super::http_failure::{describe_failure, has_system_roots};
use super::secret::Secret;

/// The limits of one run.
#[derive(Debug, Clone)]
pub(crate) struct HttpLimits {
    /// Maximum time for establishing a connection.
    pub connect: Duration,
    /// Maximum time without receiving a byte.
    pub(crate) read_timeout: Duration,
    /// Maximum time for one attempt at a small document.
    pub document: Duration,
    /// Maximum time for one attempt at a file that is hashed.
    pub file: Duration,
    /// Maximum number of attempts.
    pub(crate) attempts: u32,
    /// The wait before the second attempt; each further wait is twice as long.
    pub(crate) back_off: Duration,
    /// Longest wait that a server may request.
    pub(crate) longest_wait: Duration,
    /// Maximum size of a document, in bytes.
    pub(crate) document_size: u64,
    /// Maximum size of a file that is hashed, in bytes.
    pub(crate) file_size: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            document: Duration::from_mins(1),
            file: Duration::from_mins(15),
            attempts: 3,
            back_off: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            document_size: 128 << 20,
            file_size: 8 << 30,
        }
    }
}

/// Maximum number of redirects.
const MAX_REDIRECTS: usize = 10;
/// Maximum size of the headers of a response, in bytes.
pub(super) const HEADERS: usize = 64 << 10;

/// A request to a registry or server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct HttpRequest {
    pub url: Url,
    /// The `Accept` header.
    pub(crate) accept: &'static str,
    /// The `Authorization` header; it is only sent to the host of `url`.
    pub authorization: Option<Secret>,
    /// A form to post, whose values may be secret.
    pub form: Option<Secret>,
    pub wants: HttpContentUse,
}

/// How the content is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HttpContentUse {
    /// It is kept.
    Document,
    /// It is hashed.
    Hash,
}

impl HttpRequest {
    /// A plain request for a document.
    #[must_use]
    pub(crate) fn new(url: Url, accept: &'static str) -> Self {
        Self { url, accept, authorization: None, form: None, wants: HttpContentUse::Document }
    }
}

/// A response of a registry or server.
#[derive(Debug, Clone)]
pub(crate) struct HttpResponse {
    pub status: u16,
    pub headers: HeaderMap,
    /// Empty if only the hash was requested.
    pub content: Vec<u8>,
    pub sha256: [u8; 32],
    /// The host that sent it.
    pub host: String,
}

impl HttpResponse {
    /// A header, if it is text.
    #[must_use]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The content as JSON; `what` describes the expected content.
    ///
    /// # Errors
    /// The content has a different format.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, what: &'static str) -> Result<T, LookupError> {
        serde_json::from_slice(&self.content).map_err(|_| LookupError::Invalid(self.host.clone(), what))
    }

    /// The response, if its status indicates success.
    ///
    /// # Errors
    /// The response has any other status.
    pub(crate) fn require_success(self: Arc<Self>) -> Result<Arc<Self>, LookupError> {
        match self.status {
            200 => Ok(self),
            404 | 410 => Err(LookupError::NotFound(format!("not found on {}", self.host))),
            status => Err(LookupError::Status(self.host.clone(), status)),
        }
    }
}

type CachedResponse = Arc<OnceLock<Result<Arc<HttpResponse>, LookupError>>>;

/// Sends requests, each one once.
#[derive(Debug)]
pub(crate) struct HttpClient {
    agent: ureq::Agent,
    limits: HttpLimits,
    known: Mutex<HashMap<HttpRequest, CachedResponse>>,
}

impl HttpClient {
    #[must_use]
    pub(crate) fn new(limits: HttpLimits) -> Self {
        let roots = if has_system_roots() { RootCerts::PlatformVerifier } else { RootCerts::WebPki };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(HEADERS)
            .user_agent(concat!("dockwright/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .timeout_per_read(Some(limits.read_timeout))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Self { agent: config.new_agent(), limits, known: Mutex::default() }
    }

    /// The response to a request; repeated requests get the same response.
    ///
    /// # Errors
    /// There is no response within the limits.
    pub(crate) fn get(
        &self,
        request: &HttpRequest,
        trust: &TrustedHosts<'_>,
    ) -> Result<Arc<HttpResponse>, LookupError> {
        let known = {
            let Ok(mut known) = self.known.lock() else { return Err(LookupError::Address("internal error")) };
            Arc::clone(known.entry(request.clone()).or_default())
        };
        known.get_or_init(|| self.send_retrying(request, trust).map(Arc::new)).clone()
    }

    fn send_retrying(
        &self,
        request: &HttpRequest,
        trust: &TrustedHosts<'_>,
    ) -> Result<HttpResponse, LookupError> {
        let mut back_off = self.limits.back_off;
        let mut attempt = 1;
        loop {
            let outcome = self.send_redirected(request, trust);
            let last = attempt >= self.limits.attempts;
            let wait = match &outcome {
                Ok(answer) if is_temporary(answer.status) => {
                    let asked = parse_retry_after(answer);
                    if let Some(asked) = asked.filter(|asked| *asked > self.limits.longest_wait) {
                        return Err(LookupError::Wait(answer.host.clone(), asked));
                    }
                    asked.unwrap_or(back_off)
                }
                Err(LookupError::Unreachable(..) | LookupError::Timeout(..) | LookupError::Truncated(_)) => {
                    back_off
                }
                _ => return outcome,
            };
            if last {
                return match outcome {
                    Ok(answer) => Err(LookupError::Status(answer.host, answer.status)),
                    failed => failed,
                };
            }
            std::thread::sleep(wait);
            attempt += 1;
            back_off *= 2;
        }
    }

    /// One attempt, through redirects.
    fn send_redirected(
        &self,
        request: &HttpRequest,
        trust: &TrustedHosts<'_>,
    ) -> Result<HttpResponse, LookupError> {
        let limit = match request.wants {
            HttpContentUse::Document => self.limits.document,
            HttpContentUse::Hash => self.limits.file,
        };
        let deadline = Instant::now() + limit;
        let mut url = request.url.clone();
        let mut authorization = request.authorization.as_ref();
        for _ in 0..=MAX_REDIRECTS {
            trust.check(&url)?;
            let answer = self.send_single_request(request, &url, authorization, (deadline, limit))?;
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            let next = answer.header("location").and_then(|location| url.join(location).ok());
            let next =
                next.ok_or_else(|| LookupError::Invalid(answer.host.clone(), "a redirect to an address"))?;
            if request.form.is_some() {
                // The posted data is only meant for this address.
                return Err(LookupError::Status(answer.host, answer.status));
            }
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(LookupError::NotHttps(address::host_and_port(&next)));
            }
            if next.origin() != url.origin() {
                authorization = None;
            }
            url = next;
        }
        Err(LookupError::TooManyRedirects(address::host_and_port(&request.url)))
    }

    fn send_single_request(
        &self,
        request: &HttpRequest,
        url: &Url,
        authorization: Option<&Secret>,
        (deadline, limit): (Instant, Duration),
    ) -> Result<HttpResponse, LookupError> {
        let host = address::host_and_port(url);
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(LookupError::Timeout(host, limit));
        }
        let failed = |error| describe_failure(&host, error, &self.limits, limit);
        // A proxy would connect to its own loopback address.
        let is_here = address::is_loopback(url);
        let response = if let Some(form) = &request.form {
            let config = self.agent.post(url.as_str()).config().timeout_global(Some(left));
            let post = if is_here { config.proxy(None).build() } else { config.build() };
            let post = post.header(header::ACCEPT, request.accept);
            post.content_type("application/x-www-form-urlencoded")
                .send(form.expose_secret())
                .map_err(failed)?
        } else {
            let config = self.agent.get(url.as_str()).config().timeout_global(Some(left));
            let get = if is_here { config.proxy(None).build() } else { config.build() };
            let mut get = get.header(header::ACCEPT, request.accept);
            if let Some(secret) = authorization {
                get = get.header(header::AUTHORIZATION, secret.expose_secret());
            }
            get.call().map_err(failed)?
        };
        let (parts, body) = response.into_parts();
        let size = match request.wants {
            HttpContentUse::Document => self.limits.document_size,
            HttpContentUse::Hash => self.limits.file_size,
        };
        let mut answer = HttpResponse {
            status: parts.status.as_u16(),
            headers: parts.headers,
            content: Vec::new(),
            sha256: [0; 32],
            host,
        };
        // The content of an error page is useless.
        let is_of_use = answer.status == 200 || answer.status == 401;
        if is_of_use {
            let keeps = request.wants == HttpContentUse::Document;
            self.read(body, size, keeps, &mut answer, limit)?;
        }
        Ok(answer)
    }

    fn read(
        &self,
        mut body: ureq::Body,
        size: u64,
        keeps: bool,
        answer: &mut HttpResponse,
        limit: Duration,
    ) -> Result<(), LookupError> {
        let too_large = || LookupError::TooLarge(answer.host.clone(), size);
        if body.content_length().is_some_and(|length| length > size) {
            return Err(too_large());
        }
        let mut reader = body.with_config().limit(u64::MAX).reader();
        let (mut hash, mut total) = (Sha256::new(), 0);
        let mut buffer = vec![0; 64 << 10];
        let content = &mut answer.content;
        loop {
            let read = reader.read(&mut buffer).map_err(|error| {
                let host = answer.host.clone();
                match error.kind() {
                    ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                        LookupError::Truncated(host)
                    }
                    _ => describe_failure(&host, ureq::Error::from(error), &self.limits, limit),
                }
            })?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            total += read as u64;
            if total > size {
                return Err(LookupError::TooLarge(answer.host.clone(), size));
            }
            hash.update(part);
            if keeps {
                content.extend_from_slice(part);
            }
        }
        answer.sha256 = hash.finalize().into();
        Ok(())
    }
}

/// Whether the status is that of a temporary failure, after which another attempt is made.
fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The value of `Retry-After`: seconds, or a date.
fn parse_retry_after(answer: &HttpResponse) -> Option<Duration> {
    let written = answer.header("retry-after")?.trim();
    if let Ok(seconds) = written.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(written).ok()?.timestamp();
    let wait = date.duration_since(jiff::Timestamp::now());
    Some(Duration::try_from(wait).unwrap_or_default())
}
