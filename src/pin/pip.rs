//! Python packages: the index of PyPI, in its JSON form (PEP 691), which mirrors have, too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pep440_rs::Version;
use serde::Deserialize;

use super::access::RegistryAccess;
use super::failure::LookupError;
use super::http::HttpRequest;
use super::lookup::{LookupRequest, PinResolution, PinResolver, PinState};
use super::versions::python::{PythonVersion, normalize_name, version_in_file_name};

const HOST: &str = "pypi.org";

/// Looks up packages in the Python package index.
pub(super) struct PypiResolver;

#[derive(Deserialize)]
struct PypiIndex {
    files: Vec<PypiFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PypiFile {
    filename: String,
    requires_python: Option<String>,
    #[serde(default)]
    yanked: serde_json::Value,
    upload_time: Option<String>,
}

impl PypiFile {
    /// Whether the file is withdrawn: the value is `true` or a reason.
    fn is_yanked(&self) -> bool {
        !matches!(&self.yanked, serde_json::Value::Null | serde_json::Value::Bool(false))
    }

    fn supports_platform(&self, python: Option<&PythonVersion>, musl: bool) -> bool {
        let Some(python) = python else { return true };
        self.requires_python.as_deref().is_none_or(|requires| python.satisfies_requirement(requires))
            && (!self.filename.ends_with(".whl") || python.accepts_wheel(&self.filename, musl))
    }
}

impl PinResolver for PypiResolver {
    fn resolve(
        &self,
        question: &LookupRequest,
        access: &RegistryAccess<'_>,
    ) -> Result<PinResolution, LookupError> {
        let (name, platform, pinned) = question.package()?;
        let package = normalize_name(name);
        let url = access.url(HOST, &["simple", &package, ""])?;
        let answer = access.get(&HttpRequest::new(url, "application/vnd.pypi.simple.v1+json"))?;
        let index: PypiIndex = answer.require_success()?.json("a package index in JSON")?;
        let mut versions: BTreeMap<Version, Vec<(&str, &PypiFile)>> = BTreeMap::new();
        for file in &index.files {
            if let Some((text, version)) = version_in_file_name(&file.filename, &package) {
                versions.entry(version).or_default().push((text, file));
            }
        }
        let python = platform.version.as_deref().and_then(PythonVersion::parse);
        let is_usable = |files: &[(&str, &PypiFile)]| {
            files
                .iter()
                .any(|(_, file)| !file.is_yanked() && file.supports_platform(python.as_ref(), platform.musl))
        };
        let usable = || versions.iter().rev().filter(|(_, files)| is_usable(files));
        let stable = usable().find(|(version, _)| !version.any_prerelease());
        let (newest, files) = stable.or_else(|| usable().next()).ok_or_else(|| {
            let python = platform.version.as_deref().unwrap_or("this Python");
            LookupError::NoVersion(format!("no version of `{name}` supports Python {python}"))
        })?;
        let date = |files: &[(&str, &PypiFile)]| -> Option<Timestamp> {
            files.iter().filter_map(|(_, file)| file.upload_time.as_ref()?.parse().ok()).min()
        };
        let mut version = files.first().map_or_else(|| newest.to_string(), |(text, _)| (*text).to_string());
        let found = pinned.and_then(|pinned| {
            let wanted: Version = pinned.parse().ok()?;
            if wanted == *newest {
                version = pinned.to_string();
            }
            let files = versions.get(&wanted).map_or(&[][..], Vec::as_slice);
            let available = files.iter().any(|(_, file)| !file.is_yanked());
            Some(PinState { available, date: date(files) })
        });
        Ok(PinResolution { version, date: date(files), pinned: found })
    }
}
