//! The build context of a document, as far as it is known: the directory of the file, or the workspace.

use std::path::{Path, PathBuf};

use super::requests::RequestContext;
use crate::semantic::paths::context_path;

/// The directories that may be the build context, the likeliest first.
pub(super) fn possible_contexts(subject: &RequestContext) -> Vec<PathBuf> {
    let own = subject.uri.to_file_path().ok().and_then(|path| Some(path.parent()?.to_path_buf()));
    let mut directories: Vec<PathBuf> = own.iter().cloned().collect();
    let around = subject.client.directories.iter().filter(|directory| {
        own.as_ref().is_none_or(|own| own.starts_with(directory)) && own.as_ref() != Some(*directory)
    });
    directories.extend(around.cloned());
    directories
}

/// The file that a source names in a context; `None` if there is no such file in the context.
pub(super) fn file_of_source(context: &Path, source: &str) -> Option<PathBuf> {
    if source.contains(['$', '*', '?', '[']) {
        return None;
    }
    let path = context.join(context_path(source));
    path.is_file().then_some(path)
}
