//! Ruby gems.

use serde::Deserialize;

use super::access::Access;
use super::failure::Failure;
use super::http::Request;
use super::lookup::{Pinned, Question, Resolution, Resolve};
use super::versions::ruby;

const HOST: &str = "rubygems.org";

/// Asks the registry of gems.
pub struct Gem;

#[derive(Deserialize)]
struct Release {
    number: String,
    #[serde(default)]
    prerelease: bool,
    ruby_version: Option<String>,
    created_at: Option<String>,
}

impl Release {
    fn date(&self) -> Option<jiff::Timestamp> {
        self.created_at.as_ref()?.parse().ok()
    }
}

impl Resolve for Gem {
    fn resolve(&self, question: &Question, access: &Access<'_>) -> Result<Resolution, Failure> {
        let (name, platform, pinned) = question.package()?;
        let url = access.url(HOST, &["api", "v1", "versions", &format!("{name}.json")])?;
        // Withdrawn versions are not listed.
        let releases: Vec<Release> =
            access.get(&Request::new(url, "application/json"))?.success()?.json("a list of versions")?;
        let fits = |release: &&Release| {
            let required = release.ruby_version.as_deref().zip(platform.version.as_deref());
            !release.prerelease && required.is_none_or(|(required, ruby)| ruby::allows(required, ruby))
        };
        let newest = releases.iter().filter(fits).max_by(|a, b| ruby::compare(&a.number, &b.number));
        let newest = newest.ok_or_else(|| {
            let ruby = platform.version.as_deref().unwrap_or("this version");
            Failure::NoVersion(format!("no version of `{name}` is for Ruby {ruby}"))
        })?;
        let pinned = pinned.map(|pinned| {
            let release = releases.iter().find(|release| release.number == pinned);
            Pinned { available: release.is_some(), date: release.and_then(Release::date) }
        });
        Ok(Resolution { version: newest.number.clone(), date: newest.date(), pinned })
    }
}
