//! Base images and their tags, as far as they are in the tables.

use gen_lsp_types::CompletionItemKind;

use super::super::cost::format_disk_size;
use super::item::{CompletionEntry, CompletionItems};
use crate::facts::images;

/// Adds image references that match.
pub(super) fn add_images(typed: &str, items: &mut CompletionItems<'_>) {
    let plain = typed.strip_prefix("docker.io/").unwrap_or(typed);
    let plain = plain.strip_prefix("library/").unwrap_or(plain);
    let Some((image, tag)) = plain.rsplit_once(':') else {
        for name in images::images_by_use() {
            let item = CompletionEntry { label: name, rank: 2, ..CompletionEntry::default() };
            items.add(plain, CompletionItemKind::Class, item);
        }
        return;
    };
    for (known, size) in images::known_tags(image) {
        let item = CompletionEntry {
            label: &known,
            detail: size.as_ref().map(format_disk_size),
            rank: 1,
            ..CompletionEntry::default()
        };
        items.add(tag, CompletionItemKind::Value, item);
    }
}
