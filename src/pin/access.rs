//! [`RegistryAccess`]: how a resolver sends requests to servers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use url::Url;

use super::address::TrustedHosts;
use super::apt::DebianArchive;
use super::credentials::Credentials;
use super::failure::LookupError;
use super::http::{HttpClient, HttpRequest, HttpResponse};
use super::kind::PinKind;
use super::secret::Secret;

/// The settings for pins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PinSettings {
    /// What to pin; `None` for [`PinKind::DEFAULT`].
    pub only: Option<Vec<PinKind>>,
    /// Mirrors to use instead of servers, by host; the value may have a path.
    pub registries: BTreeMap<String, String>,
    /// Hosts that may be contacted without HTTPS.
    pub(crate) insecure_registries: Vec<String>,
    pub(crate) apt_style: AptPinStyle,
    /// The version of Python for which packages are chosen; `None` for that of the base image.
    pub python: Option<String>,
    /// The version of Node for which packages are chosen; `None` for that of the base image.
    pub node: Option<String>,
}

/// How versions of Debian packages are written.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AptPinStyle {
    /// `curl=7.88.1-10+deb12u8`
    #[default]
    Exact,
    /// `curl=7.88.*`, which also matches later security updates.
    Minor,
}

impl PinSettings {
    /// The kinds to pin.
    #[must_use]
    pub fn pin_kinds(&self) -> &[PinKind] {
        self.only.as_deref().unwrap_or(&PinKind::DEFAULT)
    }
}

/// Data that all resolvers share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RegistryAccess<'a> {
    pub client: &'a HttpClient,
    pub credentials: &'a Credentials,
    pub settings: &'a PinSettings,
    pub memory: &'a LookupMemory,
    /// Whether to find out when a pinned version was published.
    pub(crate) dates: bool,
}

impl RegistryAccess<'_> {
    #[must_use]
    pub(crate) fn trusted_hosts(&self) -> TrustedHosts<'_> {
        TrustedHosts { insecure: &self.settings.insecure_registries }
    }

    /// # Errors
    /// The server gives no response.
    pub(crate) fn get(&self, request: &HttpRequest) -> Result<Arc<HttpResponse>, LookupError> {
        self.client.get(request, &self.trusted_hosts())
    }

    /// The base URL for `host`: its mirror in the configuration, or the host itself.
    ///
    /// # Errors
    /// The mirror is not a valid URL.
    pub(crate) fn base_url(&self, host: &str) -> Result<Url, LookupError> {
        let written = self.settings.registries.get(host).map_or(host, String::as_str);
        let trust = self.trusted_hosts();
        let address = if written.contains("://") {
            written.to_string()
        } else {
            let server = written.split('/').next().unwrap_or_default();
            let scheme = if trust.allows_http(server) { "http" } else { "https" };
            format!("{scheme}://{written}")
        };
        let mut url = Url::parse(&address)
            .map_err(|_| LookupError::Address("a value in `registries` is not the name of a server"))?;
        if url.cannot_be_a_base() {
            return Err(LookupError::Address("a value in `registries` is not the name of a server"));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(url)
    }

    /// A URL below the base URL of `host`; each part is one path segment, in which `/` is escaped.
    ///
    /// # Errors
    /// See [`RegistryAccess::base_url`].
    pub(crate) fn url(&self, host: &str, parts: &[&str]) -> Result<Url, LookupError> {
        let mut url = self.base_url(host)?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        Ok(url)
    }
}

type Shared<T> = Arc<OnceLock<Result<Arc<T>, LookupError>>>;

/// Data from one lookup that others reuse.
#[derive(Debug, Default)]
pub(crate) struct LookupMemory {
    /// Tokens that registries accept, by host and repository.
    tokens: Mutex<HashMap<(String, String), Secret>>,
    /// The lists of Debian's releases.
    archives: Mutex<HashMap<String, Shared<DebianArchive>>>,
}

impl LookupMemory {
    pub(super) fn token(&self, host: &str, repository: &str) -> Option<Secret> {
        self.tokens.lock().ok()?.get(&(host.to_string(), repository.to_string())).cloned()
    }

    pub(super) fn store_registry_token(&self, host: &str, repository: &str, secret: Secret) {
        if let Ok(mut known) = self.tokens.lock() {
            known.insert((host.to_string(), repository.to_string()), secret);
        }
    }

    /// The archive of a release; the first caller fetches it.
    pub(super) fn debian_archive(
        &self,
        name: &str,
        fetch: impl FnOnce() -> Result<DebianArchive, LookupError>,
    ) -> Result<Arc<DebianArchive>, LookupError> {
        let shared = {
            let Ok(mut known) = self.archives.lock() else { return fetch().map(Arc::new) };
            Arc::clone(known.entry(name.to_string()).or_default())
        };
        shared.get_or_init(|| fetch().map(Arc::new)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::http::HttpLimits;
    use super::*;

    #[test]
    fn uses_mirrors_instead_of_servers() {
        let (client, credentials) = (HttpClient::new(HttpLimits::default()), Credentials::in_directory(None));
        let pairs = [("docker.io", "mirror.example.org/hub"), ("pypi.org", "localhost:8080"), ("x", "a b")];
        let registries = pairs.map(|(host, mirror)| (host.to_string(), mirror.to_string())).into();
        let settings = PinSettings { registries, ..PinSettings::default() };
        let memory = LookupMemory::default();
        let access = RegistryAccess {
            client: &client,
            credentials: &credentials,
            settings: &settings,
            memory: &memory,
            dates: false,
        };
        let url = |host, parts: &[&str]| access.url(host, parts).map(|url| url.to_string());
        assert_eq!(
            url("docker.io", &["v2", "library", "a", "manifests", "1"]).as_deref(),
            Ok("https://mirror.example.org/hub/v2/library/a/manifests/1")
        );
        assert_eq!(url("pypi.org", &["simple", "a", ""]).as_deref(), Ok("http://localhost:8080/simple/a/"));
        assert_eq!(
            url("r.example.org", &["@a/b", "x?y"]).as_deref(),
            Ok("https://r.example.org/@a%2Fb/x%3Fy")
        );
        assert!(url("x", &[]).is_err());
    }
}
