//! Paths in the build context.

use std::path::Path;

use gen_lsp_types::CompletionItemKind;

use super::super::context::PossibleContexts;
use super::Cursor;
use super::item::{CompletionEntry, CompletionItems};
use crate::semantic::paths::context_path;

/// Maximum number of directory entries that are read.
const MAX: usize = 1_000;

/// The entries of the directory that is being typed, without those that the ignore file excludes.
pub(super) fn add_paths(cursor: &Cursor<'_>, current: &str, items: &mut CompletionItems<'_>) {
    let current = current.trim_start_matches(['"', '\'', '[']);
    let (directory, typed) =
        current.rsplit_once('/').map_or(("", current), |(before, typed)| (before, typed));
    if directory.contains('$') {
        return;
    }
    let contexts = PossibleContexts::for_document(cursor.subject);
    let inside = context_path(directory);
    let Some(directory) = contexts
        .directories
        .iter()
        .map(|directory| directory.join(&inside))
        .find(|directory| directory.is_dir())
    else {
        return;
    };
    let mut names: Vec<(String, bool)> = directory_entries(&directory);
    names.sort();
    for (name, is_directory) in names {
        let path = if inside == "." { name.clone() } else { format!("{inside}/{name}") };
        let hidden = contexts.ignored.as_ref().is_some_and(|it| it.excludes_source(&path, None));
        if hidden || (name.starts_with('.') && !typed.starts_with('.')) {
            continue;
        }
        let kind = if is_directory { CompletionItemKind::Folder } else { CompletionItemKind::File };
        let label = if is_directory { format!("{name}/") } else { name };
        items.add(typed, kind, CompletionEntry { label: &label, ..CompletionEntry::default() });
    }
}

fn directory_entries(directory: &Path) -> Vec<(String, bool)> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let entries = entries.filter_map(Result::ok).take(MAX);
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name, entry.path().is_dir()))
        })
        .collect()
}
