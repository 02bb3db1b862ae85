//! Paths in the build context.

use std::path::Path;

use gen_lsp_types::CompletionItemKind;

use super::super::configuration::DocumentRules;
use super::Cursor;
use super::item::{CompletionEntry, CompletionItems};
use crate::semantic::paths::context_path;

/// Maximum number of directory entries that are read.
const MAX: usize = 1_000;

/// The entries of the directory that is being typed, without those that the ignore file excludes. `is_json`: whether
/// the paths are the strings of a JSON list, which may contain spaces.
pub(super) fn add_paths(cursor: &Cursor<'_>, current: &str, is_json: bool, items: &mut CompletionItems<'_>) {
    let current = current.trim_start_matches(['"', '\'', '[']);
    let (directory, typed) =
        current.rsplit_once('/').map_or(("", current), |(before, typed)| (before, typed));
    if directory.contains('$') {
        return;
    }
    let DocumentRules::Engine(_, _, context) = &cursor.subject.rules else { return };
    let inside = context_path(directory);
    let Some(directory) = context
        .possible_directories(cursor.subject)
        .iter()
        .map(|directory| directory.join(&inside))
        .find(|directory| directory.is_dir())
    else {
        return;
    };
    let ignored = context.ignore_file();
    let mut names: Vec<(String, bool)> = directory_entries(&directory);
    names.sort();
    for (name, is_directory) in names {
        let path = if inside == "." { name.clone() } else { format!("{inside}/{name}") };
        let hidden = ignored.as_ref().is_some_and(|it| it.excludes_source(&path, None));
        let is_several_words = !is_json && name.contains(char::is_whitespace);
        if hidden || is_several_words || (name.starts_with('.') && !typed.starts_with('.')) {
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
