//! [`DocumentConfiguration`]: the engine for each document, by the configuration that counts for its directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::Uri;

use crate::baseline::{KnownProblems, LoadedBaseline};
use crate::config::{ConfigResolver, ConfigSource, Settings, SettingsLayer};
use crate::files::discover::{CandidateFile, FileOrigin};
use crate::files::engine::LintEngine;
use crate::lint::BuildContext;

/// What holds for a document.
#[derive(Debug, Clone)]
pub(super) enum DocumentRules {
    /// With the ignore file of the build context, if a rule needs it.
    Engine(Arc<LintEngine>, BuildContext),
    /// The configuration excludes the file.
    Excluded,
    /// The configuration is wrong, and was so from the start.
    Broken,
}

impl DocumentRules {
    /// Whether it makes no difference which of the two is in effect.
    pub(super) fn has_same_effect(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Engine(one, build_context), Self::Engine(other, other_beside)) => {
                build_context.known == other_beside.known
                    && (Arc::ptr_eq(one, other) || one.settings.as_toml() == other.settings.as_toml())
            }
            (Self::Excluded, Self::Excluded) | (Self::Broken, Self::Broken) => true,
            _ => false,
        }
    }
}

/// Finds the settings for documents, and caches them.
#[derive(Debug)]
pub(super) struct DocumentConfiguration {
    pub source: ConfigSource,
    resolver: ConfigResolver,
    /// By the settings, which the resolver shares.
    engines: Vec<Arc<LintEngine>>,
    /// By their paths; why one cannot be used.
    baselines: BTreeMap<PathBuf, Result<LoadedBaseline, String>>,
    /// What held for a directory when its configuration could last be read.
    last: BTreeMap<PathBuf, DocumentRules>,
    /// The configuration errors that were already reported, by directory.
    complaints: BTreeMap<PathBuf, String>,
    /// The workspace directories; the first one applies to documents without a file.
    pub directories: Vec<PathBuf>,
}

impl DocumentConfiguration {
    pub(super) fn new(source: ConfigSource, directories: Vec<PathBuf>) -> Self {
        Self {
            resolver: ConfigResolver::new(source.clone(), SettingsLayer::default()),
            source,
            engines: Vec::new(),
            baselines: BTreeMap::new(),
            last: BTreeMap::new(),
            complaints: BTreeMap::new(),
            directories,
        }
    }

    /// Forgets what was read, because a file has changed.
    pub(super) fn reload(&mut self) {
        self.resolver = ConfigResolver::new(self.source.clone(), SettingsLayer::default());
        self.engines.clear();
        self.baselines.clear();
    }

    /// The rules for a document, and the error in its configuration if it has not been reported yet. While there is
    /// an error, the previous rules stay in effect.
    pub(super) fn rules(&mut self, uri: &Uri) -> (DocumentRules, Option<String>) {
        let path = self.path(uri);
        let directory = path.parent().unwrap_or(&path).to_path_buf();
        match self.resolver.resolve(&path) {
            Ok(resolved) => {
                let excluded = resolved.config.exclude.iter().any(|globs| globs.matches(&path));
                if excluded {
                    self.complaints.remove(&directory);
                    return (DocumentRules::Excluded, None);
                }
                let engine = self.engine(&resolved.settings);
                let (known, complaint) = match self.known_problems(&path, &resolved.settings) {
                    Ok(known) => (known, None),
                    Err(complaint) => (None, Some(complaint)),
                };
                let build_context = BuildContext { known, ..engine.build_context(&document_candidate(path)) };
                let rules = DocumentRules::Engine(engine, build_context);
                self.last.insert(directory.clone(), rules.clone());
                match complaint {
                    Some(complaint) => {
                        let is_new = self.is_new(directory, &complaint);
                        (rules, is_new.then_some(complaint))
                    }
                    None => {
                        self.complaints.remove(&directory);
                        (rules, None)
                    }
                }
            }
            Err(error) => {
                let complaint = error.to_string();
                let rules = self.last.get(&directory).cloned().unwrap_or_else(|| DocumentRules::Broken);
                let is_new = self.is_new(directory, &complaint);
                (rules, is_new.then_some(complaint))
            }
        }
    }

    /// Whether a complaint about the configuration of a directory is new.
    fn is_new(&mut self, directory: PathBuf, complaint: &str) -> bool {
        let is_new = !self.complaints.values().any(|said| said == complaint);
        self.complaints.insert(directory, complaint.to_string());
        is_new
    }

    /// The known problems of a document, or why its baseline cannot be used.
    fn known_problems(
        &mut self,
        path: &Path,
        settings: &Settings,
    ) -> Result<Option<Arc<KnownProblems>>, String> {
        let Some(file) = &settings.baseline else { return Ok(None) };
        let read = || {
            let directory = file.parent().unwrap_or(file);
            LoadedBaseline::read(file, directory).map_err(|error| format!("{}: {error}", file.display()))
        };
        match self.baselines.entry(file.clone()).or_insert_with(read) {
            Ok(baseline) => Ok(baseline.problems_of_file(path).cloned().map(Arc::new)),
            Err(why) => Err(why.clone()),
        }
    }

    /// The baselines that are in use.
    pub(super) fn baselines(&self) -> impl Iterator<Item = &Path> {
        self.baselines.keys().map(PathBuf::as_path)
    }

    fn engine(&mut self, settings: &Arc<Settings>) -> Arc<LintEngine> {
        if let Some(known) = self.engines.iter().find(|engine| Arc::ptr_eq(&engine.settings, settings)) {
            return Arc::clone(known);
        }
        let engine = Arc::new(LintEngine::new(Arc::clone(settings)));
        self.engines.push(Arc::clone(&engine));
        engine
    }

    /// Where the document is, or would be.
    fn path(&self, uri: &Uri) -> PathBuf {
        let file = uri.to_file_path().ok();
        file.unwrap_or_else(|| {
            let directory = self.directories.first().map_or(Path::new("/"), PathBuf::as_path);
            directory.join("Dockerfile")
        })
    }
}

/// A document as a file that turned up in a walk.
pub(crate) fn document_candidate(path: PathBuf) -> CandidateFile {
    CandidateFile {
        shown: path.to_string_lossy().into_owned(),
        absolute: path.clone(),
        path,
        origin: FileOrigin::Walked,
        must_start_like_one: false,
        builds: Vec::new(),
    }
}
