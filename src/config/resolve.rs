//! [`Resolver`]: the settings of each Dockerfile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Builder, ConfigFile, Error, Layer, Settings};

const OWN: [&str; 2] = ["dockwright.toml", ".dockwright.toml"];
const HADOLINT: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

/// Finds the configuration of a file and keeps what it has read.
#[derive(Debug)]
pub struct Resolver {
    source: Source,
    /// What the command line says, which is stronger than any file.
    flags: Layer,
    folders: BTreeMap<PathBuf, Option<PathBuf>>,
    files: BTreeMap<PathBuf, Result<Arc<ConfigFile>, Error>>,
    settings: BTreeMap<Key, Arc<Settings>>,
}

/// Where configuration comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The nearest file at or above each Dockerfile.
    Nearest,
    /// This file for all.
    File(PathBuf),
    /// No file.
    Nothing,
}

/// A configuration file, those of its overrides that count, and whether the name of the Dockerfile says what it is
/// built with.
type Key = (Option<PathBuf>, Vec<usize>, bool);

/// What holds for one Dockerfile.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub config: Arc<ConfigFile>,
    pub settings: Arc<Settings>,
}

impl Resolver {
    #[must_use]
    pub fn new(source: Source, flags: Layer) -> Self {
        Self { source, flags, folders: BTreeMap::new(), files: BTreeMap::new(), settings: BTreeMap::new() }
    }

    /// The settings of the Dockerfile at this absolute path; it need not exist.
    ///
    /// # Errors
    /// The configuration that counts for it is wrong.
    pub fn resolve(&mut self, path: &Path) -> Result<Resolved, Error> {
        let config = self.config_for(path)?;
        let chosen: Vec<usize> = (0..config.overrides.len())
            .filter(|at| config.overrides.get(*at).is_some_and(|(globs, _)| globs.matches(path)))
            .collect();
        let flags = &self.flags;
        let builder = Builder::of_file(&path.file_name().unwrap_or_default().to_string_lossy());
        let key = (config.path.clone(), chosen, builder != Builder::default());
        let settings = self.settings.entry(key).or_insert_with_key(|(_, chosen, _)| {
            let mut settings = Settings::default();
            settings.builder = builder;
            let overrides = chosen.iter().filter_map(|at| config.overrides.get(*at)).map(|(_, layer)| layer);
            config.layers.iter().chain(overrides).chain([flags]).for_each(|layer| settings.apply(layer));
            Arc::new(settings)
        });
        Ok(Resolved { settings: Arc::clone(settings), config: Arc::clone(&config) })
    }

    /// The configuration file that counts for a Dockerfile.
    ///
    /// # Errors
    /// It cannot be read or is wrong.
    pub fn config_for(&mut self, path: &Path) -> Result<Arc<ConfigFile>, Error> {
        let file = match &self.source {
            Source::Nothing => None,
            Source::File(file) => Some(file.clone()),
            Source::Nearest => {
                let folder = path.parent().unwrap_or(path);
                match self.folders.get(folder) {
                    Some(known) => known.clone(),
                    None => self.folders.entry(folder.to_path_buf()).or_insert_with(|| find(folder)).clone(),
                }
            }
        };
        let Some(file) = file else { return Ok(Arc::default()) };
        self.files.entry(file).or_insert_with_key(|file| ConfigFile::read(file).map(Arc::new)).clone()
    }
}

/// The nearest file of ours at or above a folder, or else the nearest one of hadolint's. The search ends at
/// the root of the repository.
fn find(folder: &Path) -> Option<PathBuf> {
    nearest(folder, OWN).or_else(|| hadolint_file(folder))
}

/// The nearest configuration of hadolint's at or above a folder.
#[must_use]
pub fn hadolint_file(folder: &Path) -> Option<PathBuf> {
    nearest(folder, HADOLINT)
}

/// The configuration of ours in a folder itself.
#[must_use]
pub fn own_file_in(folder: &Path) -> Option<PathBuf> {
    OWN.map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

fn nearest(folder: &Path, names: [&str; 2]) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let here = names.map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
        if here.is_some() || folder.join(".git").exists() {
            return here;
        }
    }
    None
}
