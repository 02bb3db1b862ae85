//! Images: looks up the digest of a tag with the distribution API of registries.
//!
//! The target of the tag is pinned: for an image with several platforms, this is the index, never the image of a
//! single platform. The digest is computed from the content; if the registry states a different one, the lookup
//! fails.

use std::sync::Arc;

use serde::Deserialize;

use super::access::RegistryAccess;
use super::auth::{AuthChallenge, authorize};
use super::failure::LookupError;
use super::http::{HttpRequest, HttpResponse};
use super::lookup::{ImageName, LookupRequest, PinResolution, PinResolver, PinState};
use crate::hexadecimal::to_hexadecimal;

const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// Looks up images in registries.
pub(super) struct ImageResolver;

impl PinResolver for ImageResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let LookupRequest::Image { name, pinned } = question else {
            return Err(LookupError::Address("internal error"));
        };
        let pinned =
            pinned.as_ref().map(|digest| self::check_pinned_digest(access, name, digest)).transpose()?;
        // Without a tag, there is no newer version of the digest.
        let version = match (&name.tag, question.current_pin()) {
            (Some(tag), _) => verified_digest(
                &*request_manifest(access, name, tag)?
                    .require_success()
                    .map_err(|failure| explain_missing_tag(failure, name, tag))?,
            )?,
            (None, Some(digest)) => digest.to_string(),
            (None, None) => return Err(LookupError::Address("the image has no tag")),
        };
        Ok(PinResolution { version, pinned, date: None })
    }
}

fn explain_missing_tag(failure: LookupError, name: &ImageName, tag: &str) -> LookupError {
    match failure {
        LookupError::NotFound(_) => {
            LookupError::NotFound(format!("{} has no tag `{tag}` of `{}`", name.host, name.path))
        }
        other => other,
    }
}

/// Whether a pinned digest is still there.
fn check_pinned_digest(
    access: &RegistryAccess<'_>,
    name: &ImageName,
    digest: &str,
) -> Result<PinState, LookupError> {
    let answer = match request_manifest(access, name, digest)?.require_success() {
        Ok(answer) => answer,
        Err(LookupError::NotFound(_)) => return Ok(PinState { available: false, date: None }),
        Err(other) => return Err(other),
    };
    if verified_digest(&answer)? != digest {
        return Err(LookupError::Digest(answer.host.clone()));
    }
    let date = if access.dates { build_time(access, name, &answer)? } else { None };
    Ok(PinState { available: true, date })
}

/// Requests a manifest or an index, with everything that the registry requires.
fn request_manifest(
    access: &RegistryAccess<'_>,
    name: &ImageName,
    reference: &str,
) -> Result<Arc<HttpResponse>, LookupError> {
    request(access, name, &["manifests", reference], ACCEPT)
}

fn request(
    access: &RegistryAccess<'_>,
    name: &ImageName,
    what: &[&str],
    accept: &'static str,
) -> Result<Arc<HttpResponse>, LookupError> {
    let path = name.path.split('/').chain(what.iter().copied());
    let parts: Vec<&str> = std::iter::once("v2").chain(path).collect();
    let server = if name.host == "docker.io" && !access.settings.registries.contains_key("docker.io") {
        "registry-1.docker.io"
    } else {
        &name.host
    };
    let url = access.url(server, &parts)?;
    let host = super::address::host_and_port(&url);
    let known = access.memory.token(&host, &name.path);
    let first =
        access.get(&HttpRequest { authorization: known.clone(), ..HttpRequest::new(url.clone(), accept) })?;
    if first.status != 401 {
        return check_access(first, known.is_some());
    }
    let challenge = AuthChallenge::from_response(&first)
        .ok_or_else(|| LookupError::Denied { host: host.clone(), had_credentials: false })?;
    let (secret, had_credentials) = authorize(access, &host, &name.path, &challenge)?;
    access.memory.store_registry_token(&host, &name.path, secret.clone());
    let second = access.get(&HttpRequest { authorization: Some(secret), ..HttpRequest::new(url, accept) })?;
    check_access(second, had_credentials)
}

fn check_access(answer: Arc<HttpResponse>, had_credentials: bool) -> Result<Arc<HttpResponse>, LookupError> {
    match answer.status {
        401 | 403 => Err(LookupError::Denied { host: answer.host.clone(), had_credentials }),
        _ => Ok(answer),
    }
}

/// An index or a manifest, the parts that are used here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageManifest {
    schema_version: u32,
    #[serde(default)]
    manifests: Vec<ManifestDescriptor>,
    config: Option<ManifestDescriptor>,
    #[serde(default)]
    annotations: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ManifestDescriptor {
    digest: String,
    #[serde(default)]
    annotations: std::collections::BTreeMap<String, String>,
}

/// The digest of the received content, if it is an image.
fn verified_digest(answer: &HttpResponse) -> Result<String, LookupError> {
    let manifest: ImageManifest = answer.json("an image manifest")?;
    if manifest.schema_version != 2 || (manifest.manifests.is_empty() && manifest.config.is_none()) {
        return Err(LookupError::Invalid(answer.host.clone(), "an image manifest"));
    }
    let digest = format!("sha256:{}", to_hexadecimal(&answer.sha256));
    let stated = answer.header("docker-content-digest").map(str::trim);
    match stated.filter(|stated| stated.starts_with("sha256:")) {
        Some(stated) if stated != digest => Err(LookupError::Digest(answer.host.clone())),
        _ => Ok(digest),
    }
}

/// The build time of an image: from its index, or from the configuration of its first platform.
fn build_time(
    access: &RegistryAccess<'_>,
    name: &ImageName,
    answer: &HttpResponse,
) -> Result<Option<jiff::Timestamp>, LookupError> {
    const CREATED: &str = "org.opencontainers.image.created";
    #[derive(Deserialize)]
    struct ImageConfig {
        created: Option<String>,
    }
    // Reproducible builds are dated 1970.
    let parse = |text: &String| {
        let date: jiff::Timestamp = text.parse().ok()?;
        (date.as_second() > 86_400).then_some(date)
    };
    let index: ImageManifest = answer.json("an image manifest")?;
    let entries = index.manifests.iter().map(|entry| &entry.annotations);
    let annotated = std::iter::once(&index.annotations).chain(entries);
    if let Some(date) = annotated.filter_map(|all| all.get(CREATED)).find_map(parse) {
        return Ok(Some(date));
    }
    let config = match (index.config, index.manifests.first()) {
        (Some(config), _) => config.digest,
        (None, Some(first)) => {
            let first = request_manifest(access, name, &first.digest)?.require_success()?;
            match first.json::<ImageManifest>("an image manifest")?.config {
                Some(config) => config.digest,
                None => return Ok(None),
            }
        }
        (None, None) => return Ok(None),
    };
    let config = request(access, name, &["blobs", &config], "application/json")?.require_success()?;
    let config: ImageConfig = config.json("an image configuration")?;
    Ok(config.created.as_ref().and_then(parse))
}
