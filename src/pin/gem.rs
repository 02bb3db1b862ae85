//! Ruby gems.

use serde::Deserialize;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::HttpRequest;
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use super::versions::ruby;

const HOST: &str = "rubygems.org";

/// Looks up gems in the registry.
pub(super) struct GemResolver;

#[derive(Deserialize)]
struct GemRelease {
    number: String,
    #[serde(default)]
    prerelease: bool,
    ruby_version: Option<String>,
    created_at: Option<String>,
}

impl GemRelease {
    fn date(&self) -> Option<jiff::Timestamp> {
        self.created_at.as_ref()?.parse().ok()
    }
}

impl PinResolver for GemResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (name, platform, pinned) = question.package()?;
        let url = access.url(HOST, &["api", "v1", "versions", &format!("{name}.json")])?;
        // Withdrawn versions are not listed.
        let releases: Vec<GemRelease> = access
            .get(&HttpRequest::new(url, "application/json"))?
            .require_success()?
            .json("a list of versions")?;
        let fits = |release: &&GemRelease| {
            let required = release.ruby_version.as_deref().zip(platform.version.as_deref());
            !release.prerelease
                && required.is_none_or(|(required, ruby)| ruby::requirement_allows(required, ruby))
        };
        let newest =
            releases.iter().filter(fits).max_by(|a, b| ruby::compare_gem_versions(&a.number, &b.number));
        let newest = newest.ok_or_else(|| {
            let ruby = platform.version.as_deref().unwrap_or("this version");
            LookupError::NoVersion(format!("no version of `{name}` supports Ruby {ruby}"))
        })?;
        let pinned = pinned.map(|pinned| {
            let release = releases.iter().find(|release| release.number == pinned);
            PinState { available: release.is_some(), date: release.and_then(GemRelease::date) }
        });
        Ok(PinResolution { version: newest.number.clone(), date: newest.date(), pinned })
    }
}
