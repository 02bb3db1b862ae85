//! The build context of a document, as far as an editor knows it: the directory of the file, or the workspace.

use std::path::{Path, PathBuf};

use super::answers::Subject;
use crate::semantic::paths::in_context;

/// The directories that may be the build context, the likeliest first.
pub fn folders(subject: &Subject) -> Vec<PathBuf> {
    let own = subject.uri.to_file_path().ok().and_then(|path| Some(path.parent()?.to_path_buf()));
    let mut folders: Vec<PathBuf> = own.iter().cloned().collect();
    let around = subject.client.folders.iter().filter(|folder| {
        own.as_ref().is_none_or(|own| own.starts_with(folder)) && own.as_ref() != Some(*folder)
    });
    folders.extend(around.cloned());
    folders
}

/// The file that a source names in a context; `None` if it is none, or not in the context.
pub fn file(context: &Path, source: &str) -> Option<PathBuf> {
    if source.contains(['$', '*', '?', '[']) {
        return None;
    }
    let path = context.join(in_context(source));
    path.is_file().then_some(path)
}
