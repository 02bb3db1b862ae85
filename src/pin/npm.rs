//! npm packages, which yarn and pnpm install, too.

use std::collections::BTreeMap;

use semver::Version;
use serde::Deserialize;
use serde_json::Value;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::HttpRequest;
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use super::versions::node;

const HOST: &str = "registry.npmjs.org";
/// The media type of the short document for installation, without READMEs and dates.
const SHORT: &str = "application/vnd.npm.install-v1+json";

/// Looks up packages in the npm registry.
pub(super) struct NpmResolver;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct NpmPackage {
    #[serde(default)]
    dist_tags: BTreeMap<String, String>,
    #[serde(default)]
    versions: BTreeMap<String, NpmRelease>,
    #[serde(default)]
    time: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct NpmRelease {
    #[serde(default)]
    engines: Value,
    #[serde(default)]
    deprecated: Value,
}

impl NpmRelease {
    fn allows(&self, node: Option<&Version>) -> bool {
        let range = self.engines.get("node").and_then(Value::as_str);
        node.zip(range).is_none_or(|(node, range)| node::npm_range_allows(range, node))
    }

    fn is_deprecated(&self) -> bool {
        !matches!(&self.deprecated, Value::Null | Value::Bool(false))
    }
}

impl PinResolver for NpmResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (name, platform, pinned) = question.package()?;
        let url = access.url(HOST, &[name])?;
        let accept = if access.dates { "application/json" } else { SHORT };
        let package: NpmPackage =
            access.get(&HttpRequest::new(url, accept))?.require_success()?.json("an npm package")?;
        let node = platform.version.as_deref().and_then(node::parse_node_version);
        let latest = package.dist_tags.get("latest").map(String::as_str);
        let limit = latest.and_then(|latest| Version::parse(latest).ok());
        let fits = |release: &NpmRelease| release.allows(node.as_ref());
        // npm installs `latest`; newer versions are not meant for general use.
        let version = match latest.and_then(|latest| Some((latest, package.versions.get(latest)?))) {
            Some((latest, release)) if fits(release) => latest.to_string(),
            _ => {
                let fitting =
                    package.versions.iter().filter(|(_, release)| fits(release) && !release.is_deprecated());
                let versions = fitting.filter_map(|(text, _)| Version::parse(text).ok());
                let stable = versions.filter(|version| version.pre.is_empty());
                let newest =
                    stable.filter(|version| limit.as_ref().is_none_or(|limit| version <= limit)).max();
                let newest = newest.ok_or_else(|| {
                    let node = platform.version.as_deref().unwrap_or_default();
                    LookupError::NoVersion(format!("no version of `{name}` supports Node {node}"))
                })?;
                newest.to_string()
            }
        };
        let date = |version: &str| package.time.get(version)?.as_str()?.parse().ok();
        let pinned = pinned
            .map(|pinned| PinState { available: package.versions.contains_key(pinned), date: date(pinned) });
        Ok(PinResolution { date: date(&version), version, pinned })
    }
}
