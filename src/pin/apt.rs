//! Debian packages: the lists of a release, its updates and its security updates.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::Arc;

use lzma_rust2::XzReader;

use super::access::{AptPinStyle, RegistryAccess};
use super::failure::LookupError;
use super::http::{HttpRequest, HttpResponse};
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use super::versions::debian;
use crate::hexadecimal::to_hexadecimal;

/// Maximum size of an unpacked list, in bytes.
const LARGEST: u64 = 512 << 20;
/// Maximum memory for unpacking, in KiB.
const MEMORY: u32 = 128 << 10;
/// The architecture whose versions are pinned.
const ARCHITECTURE: &str = "amd64";

/// Looks up packages in Debian's archive.
pub(super) struct AptResolver;

/// The packages of a release.
#[derive(Debug, Default)]
pub(super) struct DebianArchive {
    /// By name, the newest first.
    versions: HashMap<String, Vec<String>>,
    /// Names of virtual packages, which other packages provide.
    provided: HashSet<String>,
}

impl PinResolver for AptResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (name, platform, pinned) = question.package()?;
        let release = platform.version.as_deref().unwrap_or_default();
        let key = format!("{release} {}", access.base_url("deb.debian.org")?);
        let archive = access.memory.debian_archive(&key, || fetch_archive(access, release))?;
        let Some(versions) = archive.versions.get(name) else {
            return Err(if archive.provided.contains(name) {
                LookupError::Unversioned(format!("`{name}` is a virtual package, which has no version"))
            } else {
                LookupError::NotFound(format!("Debian {release} has no package `{name}`"))
            });
        };
        let newest = versions.first().map_or("", String::as_str);
        let version = format_pin(newest, access.settings.apt_style);
        let pinned = pinned.map(|pinned| PinState {
            available: versions.iter().any(|version| debian::matches_pin(pinned, version)),
            date: None,
        });
        Ok(PinResolution { version, date: None, pinned })
    }
}

/// A version in the form in which it is pinned.
#[must_use]
pub(super) fn format_pin(version: &str, style: AptPinStyle) -> String {
    match style {
        AptPinStyle::Exact => version.to_string(),
        AptPinStyle::Minor => debian::pattern_of_version_updates(version),
    }
}

/// Fetches the lists of a release.
fn fetch_archive(access: &RegistryAccess<'_>, release: &str) -> Result<DebianArchive, LookupError> {
    let mut archive = DebianArchive::default();
    let suites = [
        ("deb.debian.org", "debian", release.to_string(), true),
        ("deb.debian.org", "debian", format!("{release}-updates"), false),
        ("security.debian.org", "debian-security", format!("{release}-security"), false),
    ];
    for (host, path, suite, required) in suites {
        match fetch_packages(access, host, path, &suite) {
            Ok(content) => archive.add(&content)?,
            // A release that is no longer supported may lack these lists.
            Err(LookupError::NotFound(_)) if !required => {}
            Err(other) => return Err(other),
        }
    }
    for versions in archive.versions.values_mut() {
        versions.sort_by(|a, b| debian::compare_debian(b, a));
        versions.dedup_by(|a, b| debian::compare_debian(a, b) == Ordering::Equal);
    }
    Ok(archive)
}

/// A list of packages, compared with the checksum that the release states.
fn fetch_packages(
    access: &RegistryAccess<'_>,
    host: &str,
    path: &str,
    suite: &str,
) -> Result<Arc<HttpResponse>, LookupError> {
    let list = format!("main/binary-{ARCHITECTURE}/Packages.xz");
    let at = |rest: &str| {
        let parts = [path, "dists", suite].into_iter().chain(rest.split('/'));
        access.url(host, &parts.collect::<Vec<_>>())
    };
    let release = access.get(&HttpRequest::new(at("InRelease")?, "text/plain"))?.require_success()?;
    let expected = checksum_of_list(&release.content, &list)
        .ok_or_else(|| LookupError::Invalid(release.host.clone(), "a Debian release"))?;
    let answer = access.get(&HttpRequest::new(at(&list)?, "application/x-xz"))?.require_success()?;
    if to_hexadecimal(&answer.sha256) != expected {
        return Err(LookupError::Digest(answer.host.clone()));
    }
    Ok(answer)
}

/// The SHA-256 that an `InRelease` states for a file.
fn checksum_of_list(release: &[u8], file: &str) -> Option<String> {
    let text = String::from_utf8_lossy(release);
    let lines = text.lines().skip_while(|line| *line != "SHA256:").skip(1);
    let mut lines = lines.take_while(|line| line.starts_with(' '));
    lines.find_map(|line| {
        let mut words = line.split_whitespace();
        let (hash, _, name) = (words.next()?, words.next()?, words.next()?);
        (name == file).then(|| hash.to_string())
    })
}

impl DebianArchive {
    fn add(&mut self, list: &HttpResponse) -> Result<(), LookupError> {
        let invalid = || LookupError::Invalid(list.host.clone(), "a package list");
        let mut lines =
            BufReader::new(XzReader::new_mem_limit(list.content.as_slice(), true, MEMORY).take(LARGEST));
        let (mut line, mut name) = (String::new(), String::new());
        loop {
            line.clear();
            if lines.read_line(&mut line).map_err(|_| invalid())? == 0 {
                return Ok(());
            }
            if let Some(package) = line.strip_prefix("Package: ") {
                name = package.trim().to_string();
            } else if let Some(version) = line.strip_prefix("Version: ") {
                self.versions.entry(name.clone()).or_default().push(version.trim().to_string());
            } else if let Some(provided) = line.strip_prefix("Provides: ") {
                let names = provided.split(',').filter_map(|one| one.split_whitespace().next());
                self.provided.extend(names.map(str::to_string));
            }
        }
    }
}
