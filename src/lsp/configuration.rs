//! [`DocumentConfiguration`]: the engine for each document, by the configuration of its directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::Uri;

use super::context::DocumentContext;
use crate::baseline::{KnownProblems, LoadedBaseline};
use crate::config::{ConfigError, ConfigFile, ConfigResolver, ConfigSource, Settings, SettingsLayer};
use crate::files::builds::NearbyBuilds;
use crate::files::discover::{CandidateFile, FileOrigin, is_beside_dockerfile, is_template_name};
use crate::files::engine::LintEngine;
use crate::lint::BuildContext;
use crate::semantic::BuildInputs;

/// The rules for a document.
#[derive(Debug, Clone)]
pub(super) enum DocumentRules {
    /// With the ignore file of the build context, if a rule needs it, and known problems. The files of the context are
    /// read when they are needed.
    Engine(Arc<LintEngine>, BuildContext, Arc<DocumentContext>),
    /// The name is that of a template, so there is only a note.
    Template(Arc<LintEngine>),
    /// The configuration excludes the file.
    Excluded,
    /// It is not a Dockerfile, but a file that an editor sends in addition: an ignore file, a Compose file.
    Foreign,
}

impl DocumentRules {
    /// Whether both give the same diagnostics.
    pub(super) fn gives_same_diagnostics(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Engine(one, beside, context), Self::Engine(other, other_beside, other_context)) => {
                beside.known == other_beside.known
                    && context.declared == other_context.declared
                    && context.named_contexts == other_context.named_contexts
                    && (Arc::ptr_eq(one, other) || one.settings.as_toml() == other.settings.as_toml())
            }
            (Self::Template(one), Self::Template(other)) => {
                one.settings.as_toml() == other.settings.as_toml()
            }
            (Self::Excluded, Self::Excluded) | (Self::Foreign, Self::Foreign) => true,
            _ => false,
        }
    }
}

/// The last valid version of each configuration file, by its path.
pub(super) type LastValidConfigs = BTreeMap<PathBuf, Arc<ConfigFile>>;

/// A configuration file or baseline that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigFault {
    pub error: ConfigError,
    /// What applies instead.
    pub fallback: &'static str,
}

/// Finds the settings for documents, and caches them.
#[derive(Debug)]
pub(super) struct DocumentConfiguration {
    pub source: ConfigSource,
    resolver: ConfigResolver,
    /// By the settings, which the resolver shares; for documents without a declared build context, and templates.
    engines: Vec<Arc<LintEngine>>,
    builds: NearbyBuilds,
    /// By their paths; the error is the reason why one cannot be used.
    baselines: BTreeMap<PathBuf, Result<LoadedBaseline, String>>,
    pub valid: LastValidConfigs,
    /// What is wrong with the files that were read since the last [`Self::reload`], by their paths.
    pub faults: BTreeMap<PathBuf, ConfigFault>,
    /// Parts of configurations of hadolint that have no effect, by their paths.
    pub warnings: BTreeMap<PathBuf, Vec<ConfigError>>,
    /// The workspace directories; the first one applies to documents without a file.
    pub directories: Vec<PathBuf>,
}

impl DocumentConfiguration {
    pub(super) fn new(source: ConfigSource, directories: Vec<PathBuf>) -> Self {
        Self {
            resolver: ConfigResolver::new(source.clone(), SettingsLayer::default()),
            source,
            engines: Vec::new(),
            builds: NearbyBuilds::default(),
            baselines: BTreeMap::new(),
            valid: LastValidConfigs::new(),
            faults: BTreeMap::new(),
            warnings: BTreeMap::new(),
            directories,
        }
    }

    /// Discards cached files, because a file may have changed.
    pub(super) fn reload(&mut self) {
        self.resolver = ConfigResolver::new(self.source.clone(), SettingsLayer::default());
        self.engines.clear();
        self.builds = NearbyBuilds::default();
        self.baselines.clear();
        self.faults.clear();
        self.warnings.clear();
    }

    /// Reads the configurations of the workspace directories, to find their errors before a document is open.
    pub(super) fn check_directories(&mut self) {
        for directory in self.directories.clone() {
            self.config_for_file(&directory.join("Dockerfile"));
        }
    }

    /// The rules for a document. While its configuration has an error, the last valid one applies, or else the
    /// default settings.
    pub(super) fn rules(&mut self, uri: &Uri) -> DocumentRules {
        let path = self.path(uri);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_beside_dockerfile(&name) {
            return DocumentRules::Foreign;
        }
        let config = self.config_for_file(&path);
        if config.exclude.iter().any(|globs| globs.matches(&path)) {
            return DocumentRules::Excluded;
        }
        let settings = self.resolver.resolve_with_config(&path, &config).settings;
        if is_template_name(&name) {
            return DocumentRules::Template(self.engine(&settings));
        }
        let known = self.known_problems(&path, &settings);
        let context = Arc::new(self.context(uri, &path, &settings));
        let engine = if context.declared.is_empty() {
            self.engine(&settings)
        } else {
            let contexts = Arc::clone(&context.for_rules);
            let named_contexts = context.named_contexts.clone();
            let inputs = BuildInputs { named_contexts, ..BuildInputs::default() };
            Arc::new(LintEngine::new(settings).with_build(inputs, contexts))
        };
        let beside = BuildContext { known, ..engine.build_context(context.candidate()) };
        DocumentRules::Engine(engine, beside, context)
    }

    fn context(&mut self, uri: &Uri, path: &Path, settings: &Settings) -> DocumentContext {
        let candidate = document_candidate(path.to_path_buf());
        if uri.to_file_path().is_err() {
            return DocumentContext::new(candidate, Vec::new(), settings, false);
        }
        // The largest directory of the workspace that the file is in.
        let around = self.directories.iter().filter(|directory| path.starts_with(directory));
        let root = around.min_by_key(|directory| directory.as_os_str().len()).map(PathBuf::as_path);
        let is_inside = root.is_some();
        let builds = root.or(path.parent()).map(|root| self.builds.builds_of_dockerfile(path, root));
        DocumentContext::new(candidate, builds.unwrap_or_default(), settings, is_inside)
    }

    /// The configuration that applies to a document.
    fn config_for_file(&mut self, path: &Path) -> Arc<ConfigFile> {
        let found = self.resolver.config_for_file(path);
        let Some(file) = self.resolver.config_path_for(path) else { return Arc::default() };
        match found {
            Ok(config) => {
                if !config.warnings.is_empty() {
                    self.warnings.insert(file.clone(), config.warnings.clone());
                }
                self.valid.insert(file, Arc::clone(&config));
                config
            }
            Err(error) => {
                let valid = self.valid.get(&file).cloned();
                let fallback = match valid {
                    Some(_) => "the previous configuration stays in effect",
                    None => "the default settings are in effect",
                };
                let place = error.file.clone().unwrap_or(file);
                self.faults.insert(place, ConfigFault { error, fallback });
                valid.unwrap_or_default()
            }
        }
    }

    /// The known problems of a document; none if its baseline cannot be used.
    fn known_problems(&mut self, path: &Path, settings: &Settings) -> Option<Arc<KnownProblems>> {
        let file = settings.baseline.as_ref()?;
        let read =
            || LoadedBaseline::read(file, file.parent().unwrap_or(file)).map_err(|error| error.to_string());
        match self.baselines.entry(file.clone()).or_insert_with(read) {
            Ok(baseline) => baseline.problems_of_file(path).cloned().map(Arc::new),
            Err(why) => {
                let error = ConfigError::in_file(file, why.clone());
                let fault = ConfigFault { error, fallback: "no problem is hidden" };
                self.faults.insert(file.clone(), fault);
                None
            }
        }
    }

    /// The baselines that are in use.
    pub(super) fn baselines(&self) -> impl Iterator<Item = &Path> {
        self.baselines.keys().map(PathBuf::as_path)
    }

    /// The baselines in use, and the files that configurations extend.
    pub(super) fn named_files(&self) -> impl Iterator<Item = &Path> {
        let extended = self.valid.values().flat_map(|config| &config.extended);
        // An extended file with an error belongs to no valid configuration.
        let paths = extended.chain(self.faults.keys());
        self.baselines().chain(paths.map(PathBuf::as_path))
    }

    fn engine(&mut self, settings: &Arc<Settings>) -> Arc<LintEngine> {
        if let Some(known) = self.engines.iter().find(|engine| Arc::ptr_eq(&engine.settings, settings)) {
            return Arc::clone(known);
        }
        let engine = Arc::new(LintEngine::new(Arc::clone(settings)));
        self.engines.push(Arc::clone(&engine));
        engine
    }

    /// The path of the document; an unsaved one has the path where it would be.
    fn path(&self, uri: &Uri) -> PathBuf {
        let file = uri.to_file_path().ok();
        file.unwrap_or_else(|| {
            let directory = self.directories.first().map_or(Path::new("/"), PathBuf::as_path);
            directory.join("Dockerfile")
        })
    }
}

/// A document, treated like a file found in a directory.
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
