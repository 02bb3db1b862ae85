//! Programs from crates.io: its sparse index.

use semver::Version;
use serde::Deserialize;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::HttpRequest;
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use super::versions::node;

const HOST: &str = "index.crates.io";

/// Looks up crates in the index.
pub(super) struct CrateResolver;

#[derive(Deserialize)]
struct CrateRelease {
    vers: String,
    #[serde(default)]
    yanked: bool,
    rust_version: Option<String>,
    pubtime: Option<String>,
}

impl CrateRelease {
    fn date(&self) -> Option<jiff::Timestamp> {
        self.pubtime.as_ref()?.parse().ok()
    }
}

impl PinResolver for CrateResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (name, platform, pinned) = question.package()?;
        let name = name.to_ascii_lowercase();
        let part = |range: std::ops::Range<usize>| name.get(range).unwrap_or("-");
        let path = match name.len() {
            1 => vec!["1", &name],
            2 => vec!["2", &name],
            3 => vec!["3", part(0..1), &name],
            _ => vec![part(0..2), part(2..4), &name],
        };
        let answer =
            access.get(&HttpRequest::new(access.url(HOST, &path)?, "text/plain"))?.require_success()?;
        let lines = answer.content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let releases: Vec<CrateRelease> =
            lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        if releases.is_empty() {
            return Err(LookupError::Invalid(answer.host.clone(), "a crate index"));
        }
        let rust = platform.version.as_deref().and_then(node::parse_node_version);
        let fits = |release: &&CrateRelease| {
            let needed = release.rust_version.as_deref().map(|needed| format!(">={needed}"));
            !release.yanked
                && rust
                    .as_ref()
                    .zip(needed)
                    .is_none_or(|(rust, needed)| node::npm_range_allows(&needed, rust))
        };
        let fitting = releases.iter().filter(fits);
        let versions = fitting.filter_map(|release| Some((Version::parse(&release.vers).ok()?, release)));
        let newest = versions.filter(|(version, _)| version.pre.is_empty()).max_by(|a, b| a.0.cmp(&b.0));
        let (_, newest) = newest.ok_or_else(|| {
            let rust = platform.version.as_deref().unwrap_or("this version");
            LookupError::NoVersion(format!("no version of `{name}` supports Rust {rust}"))
        })?;
        let pinned = pinned.map(|pinned| {
            let release = releases.iter().find(|release| release.vers == pinned);
            PinState {
                available: release.is_some_and(|release| !release.yanked),
                date: release.and_then(CrateRelease::date),
            }
        });
        Ok(PinResolution { version: newest.vers.clone(), date: newest.date(), pinned })
    }
}
