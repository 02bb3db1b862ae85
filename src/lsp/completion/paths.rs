//! Paths in the build context.

use std::path::Path;

use gen_lsp_types::CompletionItemKind;

use super::super::configuration::Rules;
use super::super::context;
use super::Cursor;
use super::item::{Item, Items};
use crate::semantic::paths::in_context;

/// Entries of a directory that are looked at.
const MOST: usize = 1_000;

/// The entries of the directory that is being typed, without those that the ignore file excludes.
pub fn add(cursor: &Cursor<'_>, current: &str, items: &mut Items<'_>) {
    let current = current.trim_start_matches(['"', '\'', '[']);
    let (directory, typed) =
        current.rsplit_once('/').map_or(("", current), |(before, typed)| (before, typed));
    if directory.contains('$') {
        return;
    }
    let folders = context::folders(cursor.subject);
    let inside = in_context(directory);
    let Some(folder) = folders.iter().map(|folder| folder.join(&inside)).find(|folder| folder.is_dir())
    else {
        return;
    };
    let mut names: Vec<(String, bool)> = entries(&folder);
    names.sort();
    for (name, is_directory) in names {
        let path = if inside == "." { name.clone() } else { format!("{inside}/{name}") };
        let hidden = match &cursor.subject.rules {
            Rules::Engine(_, beside) => {
                beside.ignored.as_ref().is_some_and(|it| it.hides_source(&path, None))
            }
            Rules::Excluded | Rules::Broken => false,
        };
        if hidden || (name.starts_with('.') && !typed.starts_with('.')) {
            continue;
        }
        let kind = if is_directory { CompletionItemKind::Folder } else { CompletionItemKind::File };
        let label = if is_directory { format!("{name}/") } else { name };
        items.add(typed, kind, Item { label: &label, ..Item::default() });
    }
}

fn entries(folder: &Path) -> Vec<(String, bool)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.filter_map(Result::ok).take(MOST);
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name, entry.path().is_dir()))
        })
        .collect()
}
