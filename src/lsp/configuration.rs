//! [`Configuration`]: the engine for each document, by the configuration that counts for its folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::Uri;

use crate::config::{Layer, Resolver, Settings, Source};
use crate::files::discover::{Candidate, Origin};
use crate::files::engine::Engine;
use crate::lint::Beside;

/// What holds for a document.
#[derive(Debug, Clone)]
pub enum Rules {
    /// With the ignore file of the build context, where a rule asks for it.
    Engine(Arc<Engine>, Beside),
    /// The configuration excludes the file.
    Excluded,
    /// The configuration is wrong, and was so from the start.
    Broken,
}

impl Rules {
    /// Whether it makes no difference which of the two is in force.
    pub fn say_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Engine(one, _), Self::Engine(other, _)) => {
                Arc::ptr_eq(one, other) || one.settings.as_toml() == other.settings.as_toml()
            }
            (Self::Excluded, Self::Excluded) | (Self::Broken, Self::Broken) => true,
            _ => false,
        }
    }
}

/// Finds what holds for documents, and keeps what it has found.
#[derive(Debug)]
pub struct Configuration {
    pub source: Source,
    resolver: Resolver,
    /// By the settings, which the resolver shares.
    engines: Vec<Arc<Engine>>,
    /// What held for a folder when its configuration could last be read.
    last: BTreeMap<PathBuf, Rules>,
    /// What is wrong with the configuration of a folder, and has been said.
    complaints: BTreeMap<PathBuf, String>,
    /// Folders that are open; the first speaks for documents without a file.
    pub folders: Vec<PathBuf>,
}

impl Configuration {
    pub fn new(source: Source, folders: Vec<PathBuf>) -> Self {
        Self {
            resolver: Resolver::new(source.clone(), Layer::default()),
            source,
            engines: Vec::new(),
            last: BTreeMap::new(),
            complaints: BTreeMap::new(),
            folders,
        }
    }

    /// Forgets what was read, since a file has changed.
    pub fn reload(&mut self) {
        self.resolver = Resolver::new(self.source.clone(), Layer::default());
        self.engines.clear();
    }

    /// What holds for a document, and what is wrong with its configuration if that was not said before. Where
    /// the configuration has become wrong, it is as it was.
    pub fn rules(&mut self, uri: &Uri) -> (Rules, Option<String>) {
        let path = self.path(uri);
        let folder = path.parent().unwrap_or(&path).to_path_buf();
        match self.resolver.resolve(&path) {
            Ok(resolved) => {
                self.complaints.remove(&folder);
                let excluded = resolved.config.exclude.iter().any(|globs| globs.matches(&path));
                if excluded {
                    return (Rules::Excluded, None);
                }
                let engine = self.engine(&resolved.settings);
                let beside = engine.beside(&candidate(path));
                let rules = Rules::Engine(engine, beside);
                self.last.insert(folder, rules.clone());
                (rules, None)
            }
            Err(error) => {
                let complaint = error.to_string();
                let rules = self.last.get(&folder).cloned().unwrap_or_else(|| Rules::Broken);
                let is_new = !self.complaints.values().any(|said| *said == complaint);
                self.complaints.insert(folder, complaint.clone());
                (rules, is_new.then_some(complaint))
            }
        }
    }

    fn engine(&mut self, settings: &Arc<Settings>) -> Arc<Engine> {
        if let Some(known) = self.engines.iter().find(|engine| Arc::ptr_eq(&engine.settings, settings)) {
            return Arc::clone(known);
        }
        let engine = Arc::new(Engine::new(Arc::clone(settings)));
        self.engines.push(Arc::clone(&engine));
        engine
    }

    /// Where the document is, or would be.
    fn path(&self, uri: &Uri) -> PathBuf {
        let file = uri.to_file_path().ok();
        file.unwrap_or_else(|| {
            let folder = self.folders.first().map_or(Path::new("/"), PathBuf::as_path);
            folder.join("Dockerfile")
        })
    }
}

/// A document as a file that turned up in a walk.
pub fn candidate(path: PathBuf) -> Candidate {
    Candidate {
        shown: path.to_string_lossy().into_owned(),
        absolute: path.clone(),
        path,
        origin: Origin::Walked,
        must_start_like_one: false,
        builds: Vec::new(),
    }
}
