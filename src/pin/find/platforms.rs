//! The platform that packages must support: versions in the base image's tag, or in the name of a command.

use crate::facts::installs::AptInstalls;
use crate::facts::release_versions;
use crate::pin::access::PinSettings;
use crate::pin::lookup::PackageEnvironment;
use crate::semantic::base_image::BaseImage;
use crate::semantic::paths::base_name;
use crate::semantic::{Run, Semantics};
use crate::shell::ShellCommand;

/// A command, with its file and settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommandInFile<'s> {
    pub semantics: &'s Semantics<'s>,
    pub settings: &'s PinSettings,
    pub run: &'s Run<'s>,
    pub command: &'s ShellCommand,
}

/// The Python that is assumed for tags such as `3` and `slim`.
const NEWEST_PYTHON: &str = "3.14";

impl CommandInFile<'_> {
    fn image(&self) -> Option<BaseImage> {
        Some(self.semantics.base_image(self.run.stage?)?.image)
    }

    fn is_musl(&self) -> bool {
        self.image().is_some_and(|image| {
            image.facts.libc.as_deref() == Some("musl")
                || image.tag.contains("alpine")
                || image.name == "alpine"
        })
    }

    /// The version in the tag of an official image of this name.
    pub(crate) fn version_from_image(&self, name: &str) -> PackageEnvironment {
        let version =
            self.image().filter(|image| image.name == name).and_then(|image| leading_version(&image.tag));
        PackageEnvironment { version, musl: false }
    }

    /// The version in the release of the distribution, from one of the tables of [`release_versions`].
    fn version_from_release(&self, of_release: fn(&str, &str) -> Option<&'static str>) -> Option<String> {
        let distribution = self.semantics.distribution(self.run.stage?)?;
        of_release(&distribution.id?, &distribution.release?).map(str::to_string)
    }

    /// # Errors
    /// The version of Python is unknown.
    pub(super) fn python_environment(&self) -> Result<PackageEnvironment, String> {
        let of_name = || {
            let name = self.command.name.as_deref()?;
            let name = base_name(name);
            let version = name.strip_prefix("python").or_else(|| name.strip_prefix("pip"))?;
            version.contains('.').then(|| version.to_string())
        };
        let of_image = || {
            let image = self.image().filter(|image| image.name == "python")?;
            let version = leading_version(&image.tag).filter(|version| version.contains('.'));
            Some(version.unwrap_or_else(|| NEWEST_PYTHON.to_string()))
        };
        let set = self.settings.python.clone();
        let version = of_name()
            .or(set)
            .or_else(of_image)
            .or_else(|| self.version_from_release(release_versions::python_of_release));
        let version = version.ok_or("the version of Python is unknown; set `python` in `[pin]`")?;
        Ok(PackageEnvironment { version: Some(version), musl: self.is_musl() })
    }

    /// # Errors
    /// The version of Node is unknown.
    pub(super) fn node_environment(&self) -> Result<PackageEnvironment, String> {
        let platform = |version| Ok(PackageEnvironment { version, musl: false });
        if let Some(set) = &self.settings.node {
            return platform(Some(set.clone()));
        }
        if let Some(image) = self.image().filter(|image| image.name == "node") {
            // `node:lts` is new enough for everything.
            return platform(leading_version(&image.tag));
        }
        let version = self
            .nodesource_version()
            .or_else(|| self.version_from_release(release_versions::node_of_release));
        let version = version.ok_or("the version of Node is unknown; set `node` in `[pin]`")?;
        platform(Some(version))
    }

    /// `20` if the stage fetches `setup_20.x`, which adds Node's own packages.
    fn nodesource_version(&self) -> Option<String> {
        let runs = self.semantics.runs.iter().filter(|run| run.stage == self.run.stage);
        let words = runs.flat_map(|run| &run.script.commands).flat_map(|command| &command.words);
        words
            .filter_map(|word| {
                let (_, rest) = word.text.split_once("/setup_").or_else(|| word.text.split_once("/node_"))?;
                let digits = rest.find(|c: char| !c.is_ascii_digit())?;
                rest.get(..digits).filter(|digits| !digits.is_empty()).map(str::to_string)
            })
            .next_back()
    }

    /// # Errors
    /// It is not certain that the packages are from a Debian release.
    pub(super) fn debian_environment(&self, installs: &AptInstalls) -> Result<PackageEnvironment, String> {
        let release = installs
            .debian_release_at(self.command)
            .ok_or("the packages may not come from a known Debian release")?;
        Ok(PackageEnvironment { version: Some(release.name().to_string()), musl: false })
    }
}

/// The version at the start of a tag.
fn leading_version(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
    let version = tag.get(..end)?.trim_end_matches('.');
    let is_version = !version.is_empty() && !matches!(tag.get(end..end + 1), Some(next) if next != "-");
    is_version.then(|| version.to_string())
}
