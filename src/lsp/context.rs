//! The build context of a document, as far as it is known: those of the Compose and Bake files around it that build it,
//! or else the directory of the file, or the workspace.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::configuration::{DocumentRules, document_candidate};
use super::requests::RequestContext;
use crate::files::build_contexts::BuildContexts;
use crate::files::builds::nearby_builds;
use crate::semantic::IgnoreFile;
use crate::semantic::paths::context_path;

/// The directories that may be the build context.
pub(super) struct PossibleContexts {
    /// The likeliest first.
    pub directories: Vec<PathBuf>,
    /// The ignore file of the first one.
    pub ignored: Option<Arc<IgnoreFile>>,
}

impl PossibleContexts {
    pub(super) fn for_document(subject: &RequestContext) -> Self {
        let path = subject.uri.to_file_path().ok();
        Self::from_builds(subject, path.as_deref()).unwrap_or_else(|| Self::from_place(subject, path))
    }

    /// `None` if no Compose or Bake file builds the document.
    fn from_builds(subject: &RequestContext, path: Option<&Path>) -> Option<Self> {
        let path = path?;
        // The largest directory of the workspace that the file is in.
        let around = subject.client.directories.iter().filter(|directory| path.starts_with(directory));
        let root = around.min_by_key(|directory| directory.as_os_str().len()).map(PathBuf::as_path);
        let builds = nearby_builds(path, root.or(path.parent())?);
        let mut directories: Vec<PathBuf> = builds.into_iter().map(|build| build.context).collect();
        directories.dedup();
        let first = directories.first()?.clone();
        let ignored = BuildContexts::with_context(first).ignore_file(&document_candidate(path.to_path_buf()));
        Some(Self { directories, ignored })
    }

    fn from_place(subject: &RequestContext, path: Option<PathBuf>) -> Self {
        let own = path.and_then(|path| Some(path.parent()?.to_path_buf()));
        let mut directories: Vec<PathBuf> = own.iter().cloned().collect();
        let around = subject.client.directories.iter().filter(|directory| {
            own.as_ref().is_none_or(|own| own.starts_with(directory)) && own.as_ref() != Some(*directory)
        });
        directories.extend(around.cloned());
        let ignored = match &subject.rules {
            DocumentRules::Engine(_, build_context) => build_context.ignored.clone(),
            _ => None,
        };
        Self { directories, ignored }
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
