//! The build context of a document, as far as it is known: that of the Compose and Bake files around it that build it,
//! or else the directory of the file, or the workspace. Diagnostics, costs, paths and links use the same one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::requests::RequestContext;
use crate::config::Settings;
use crate::files::build_contexts::BuildContexts;
use crate::files::builds::BuildTarget;
use crate::files::discover::CandidateFile;
use crate::files::engine::LintEngine;
use crate::lint::BuildContext;
use crate::optimize::context::ContextFiles;
use crate::semantic::IgnoreFile;
use crate::semantic::paths::context_path;

/// The build context of a document.
#[derive(Debug)]
pub(super) struct DocumentContext {
    candidate: CandidateFile,
    /// The contexts that Compose and Bake files declare, the nearest first. The first one is used.
    pub declared: Vec<PathBuf>,
    /// The names of the other contexts of these builds.
    pub named_contexts: BTreeSet<String>,
    /// The context for diagnostics: the declared one. Without one, only the ignore file is known, as in `check`.
    pub for_rules: Arc<BuildContexts>,
    /// The context for costs. Without a declared one, it is that of the configuration, or it is guessed, as in
    /// `optimize`; `None` outside of the workspace, where guesses might read too much.
    for_costs: Option<Arc<BuildContexts>>,
}

impl DocumentContext {
    /// `is_inside`: whether the document is a file in the workspace.
    pub(super) fn new(
        candidate: CandidateFile,
        builds: Vec<BuildTarget>,
        settings: &Settings,
        is_inside: bool,
    ) -> Self {
        let named_contexts = builds.iter().flat_map(|build| build.named_contexts.clone()).collect();
        let mut declared: Vec<PathBuf> = builds.into_iter().map(|build| build.context).collect();
        declared.dedup();
        let at = |directory: PathBuf| Arc::new(BuildContexts::with_context(directory).with_refresh());
        let (for_rules, for_costs) = match (declared.first().cloned(), settings.context.clone()) {
            (Some(directory), _) => {
                let context = at(directory);
                (Arc::clone(&context), Some(context))
            }
            (None, Some(directory)) => (Arc::default(), Some(at(directory))),
            (None, None) => {
                let guessed =
                    || Arc::new(BuildContexts::default().with_guessed_contexts(true).with_refresh());
                (Arc::default(), is_inside.then(guessed))
            }
        };
        Self { candidate, declared, named_contexts, for_rules, for_costs }
    }

    /// What rules need of the build context of a text. Files of a context that is too large are unknown.
    pub(super) fn with_files(
        &self,
        engine: &LintEngine,
        known: &BuildContext,
        source: &[u8],
    ) -> BuildContext {
        let context = engine.context_files(&self.candidate, source).unwrap_or_default();
        BuildContext { context, ..known.clone() }
    }

    /// The files that the cost of a text depends on; `None` if the context is unknown or too large.
    pub(super) fn files_for_costs(&self, source: &[u8]) -> Option<Arc<ContextFiles>> {
        self.for_costs.as_ref()?.files(&self.candidate, source).ok()?
    }

    /// The contexts for an engine that reports costs.
    pub(super) fn contexts_for_costs(&self) -> Arc<BuildContexts> {
        self.for_costs.clone().unwrap_or_default()
    }

    /// The document, as a file that was found in a directory.
    pub(super) const fn candidate(&self) -> &CandidateFile {
        &self.candidate
    }

    /// The directories that may be the build context, the most likely first.
    pub(super) fn possible_directories(&self, subject: &RequestContext) -> Vec<PathBuf> {
        if !self.declared.is_empty() {
            return self.declared.clone();
        }
        let path = subject.uri.to_file_path().ok();
        let own = path.and_then(|path| Some(path.parent()?.to_path_buf()));
        let around = subject.client.directories.iter().filter(|directory| {
            own.as_ref().is_none_or(|own| own.starts_with(directory)) && own.as_ref() != Some(*directory)
        });
        own.iter().chain(around).cloned().collect()
    }

    /// The ignore file of the context.
    pub(super) fn ignore_file(&self) -> Option<Arc<IgnoreFile>> {
        self.for_rules.ignore_file(&self.candidate)
    }
}

/// The file that a source names in a context; `None` if there is no such file in the context.
pub(super) fn file_of_source(context: &Path, source: &str) -> Option<PathBuf> {
    if source.contains(['$', '*', '?', '[']) {
        return None;
    }
    let path = context.join(context_path(source));
    path.is_file().then_some(path)
}
