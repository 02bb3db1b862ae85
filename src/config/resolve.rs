//! [`ConfigResolver`]: the settings of each Dockerfile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Builder, ConfigError, ConfigFile, Settings, SettingsLayer};

const OWN: [&str; 2] = ["dockwright.toml", ".dockwright.toml"];
const HADOLINT: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

/// Finds the configuration of a file, and caches the files that it has read.
#[derive(Debug)]
pub(crate) struct ConfigResolver {
    source: ConfigSource,
    /// The settings of the command line, which override those of every file.
    flags: SettingsLayer,
    directories: BTreeMap<PathBuf, Option<PathBuf>>,
    files: BTreeMap<PathBuf, Result<Arc<ConfigFile>, ConfigError>>,
    settings: BTreeMap<ConfigKey, Arc<Settings>>,
}

/// Where configuration comes from.
#[derive(Debug, Clone)]
pub enum ConfigSource {
    /// The nearest file at or above each Dockerfile.
    Nearest,
    /// This file for all.
    File(PathBuf),
    /// No file.
    Nothing,
}

/// A configuration file, its overrides that apply, and the builder that the name of the Dockerfile implies.
type ConfigKey = (Option<PathBuf>, Vec<usize>, bool);

/// The configuration for one Dockerfile.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedConfig {
    pub config: Arc<ConfigFile>,
    pub settings: Arc<Settings>,
}

impl ConfigResolver {
    #[must_use]
    pub(crate) fn new(source: ConfigSource, flags: SettingsLayer) -> Self {
        Self {
            source,
            flags,
            directories: BTreeMap::new(),
            files: BTreeMap::new(),
            settings: BTreeMap::new(),
        }
    }

    /// The settings of the Dockerfile at this absolute path; it does not have to exist.
    ///
    /// # Errors
    /// The configuration for it is invalid.
    pub(crate) fn resolve(&mut self, path: &Path) -> Result<ResolvedConfig, ConfigError> {
        let config = self.config_for_file(path)?;
        Ok(self.resolve_with_config(path, &config))
    }

    /// The settings of the Dockerfile at this absolute path, with a configuration that is already read.
    pub(crate) fn resolve_with_config(&mut self, path: &Path, config: &Arc<ConfigFile>) -> ResolvedConfig {
        let chosen: Vec<usize> = (0..config.overrides.len())
            .filter(|at| config.overrides.get(*at).is_some_and(|(globs, _)| globs.matches(path)))
            .collect();
        let flags = &self.flags;
        let builder = Builder::from_file_name(&path.file_name().unwrap_or_default().to_string_lossy());
        let key = (config.path.clone(), chosen, builder != Builder::default());
        let settings = self.settings.entry(key).or_insert_with_key(|(_, chosen, _)| {
            let mut settings = Settings::default();
            settings.builder = builder;
            let overrides = chosen.iter().filter_map(|at| config.overrides.get(*at)).map(|(_, layer)| layer);
            config.layers.iter().chain(overrides).chain([flags]).for_each(|layer| settings.apply(layer));
            Arc::new(settings)
        });
        ResolvedConfig { settings: Arc::clone(settings), config: Arc::clone(config) }
    }

    /// The configuration file for a Dockerfile.
    ///
    /// # Errors
    /// The file cannot be read or is invalid.
    pub(crate) fn config_for_file(&mut self, path: &Path) -> Result<Arc<ConfigFile>, ConfigError> {
        let Some(file) = self.config_path_for(path) else { return Ok(Arc::default()) };
        self.files.entry(file).or_insert_with_key(|file| ConfigFile::read(file).map(Arc::new)).clone()
    }

    /// The path of the configuration file that counts for a Dockerfile, if there is one.
    pub(crate) fn config_path_for(&mut self, path: &Path) -> Option<PathBuf> {
        match &self.source {
            ConfigSource::Nothing => None,
            ConfigSource::File(file) => Some(file.clone()),
            ConfigSource::Nearest => {
                let directory = path.parent().unwrap_or(path);
                match self.directories.get(directory) {
                    Some(known) => known.clone(),
                    None => self
                        .directories
                        .entry(directory.to_path_buf())
                        .or_insert_with(|| find_config(directory))
                        .clone(),
                }
            }
        }
    }
}

/// The nearest `dockwright.toml` at or above a directory, or else the nearest `.hadolint.yaml`. The search ends at
/// the root of the repository.
fn find_config(directory: &Path) -> Option<PathBuf> {
    find_nearest(directory, OWN).or_else(|| find_hadolint_config(directory))
}

/// The nearest configuration of hadolint at or above a directory.
#[must_use]
pub(crate) fn find_hadolint_config(directory: &Path) -> Option<PathBuf> {
    find_nearest(directory, HADOLINT)
}

/// The `dockwright.toml` or `.dockwright.toml` in this directory.
#[must_use]
pub(crate) fn find_own_config(directory: &Path) -> Option<PathBuf> {
    OWN.map(|name| directory.join(name)).into_iter().find(|path| path.is_file())
}

fn find_nearest(directory: &Path, names: [&str; 2]) -> Option<PathBuf> {
    for directory in directory.ancestors() {
        let here = names.map(|name| directory.join(name)).into_iter().find(|path| path.is_file());
        if here.is_some() || directory.join(".git").exists() {
            return here;
        }
    }
    None
}
