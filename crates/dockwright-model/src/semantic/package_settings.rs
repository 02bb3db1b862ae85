//! [`PackageSettings`]: the settings of package managers anywhere in a file, computed on first use.

use std::sync::OnceLock;

use super::managers::{bundle, pip};
use crate::byte_search;
use crate::syntax::Dockerfile;

/// The settings, each computed on first use.
#[derive(Debug, Default)]
pub struct PackageSettings {
    recommends: OnceLock<bool>,
    pip_elsewhere: OnceLock<bool>,
    pip_read: OnceLock<bool>,
    gem: OnceLock<bool>,
    bundler: OnceLock<Option<&'static str>>,
}

impl PackageSettings {
    /// Whether the file names apt's setting for recommended packages.
    pub fn apt_recommends(&self, file: &Dockerfile<'_>) -> bool {
        *self.recommends.get_or_init(|| byte_search::contains(file.source, b"Install-Recommends"))
    }

    /// Whether the file names a configuration file of gem.
    pub fn names_gem_configuration(&self, file: &Dockerfile<'_>) -> bool {
        *self.gem.get_or_init(|| byte_search::contains(file.source, b"gemrc"))
    }

    /// The first word that sets where Bundler installs gems, or finds them.
    pub fn find_bundler_setting(&self, file: &Dockerfile<'_>) -> Option<&'static str> {
        *self.bundler.get_or_init(|| {
            bundle::LOCATION_WORDS
                .into_iter()
                .find(|word| byte_search::contains(file.source, word.as_bytes()))
        })
    }

    /// Whether the file moves the cache of pip.
    pub fn pip_cache_moved(&self, file: &Dockerfile<'_>) -> bool {
        *self.pip_elsewhere.get_or_init(|| byte_search::contains(file.source, pip::CACHE_VARIABLE.as_bytes()))
    }

    /// Whether another stage, a mount or an offline installation reads the cache of pip.
    pub fn pip_cache_read(&self, file: &Dockerfile<'_>) -> bool {
        *self.pip_read.get_or_init(|| {
            file.instructions().any(|instruction| {
                let words = instruction.rest.span.bytes(file.source);
                let copied =
                    instruction.flag_value("from").is_some() && byte_search::contains(words, b".cache");
                let mounted = || instruction.mounts().iter().any(|mount| mount.from().is_some());
                copied || byte_search::contains(words, b"--no-index") || mounted()
            })
        })
    }
}
