//! Base images and their tags, as far as the tables know them.

use gen_lsp_types::CompletionItemKind;

use super::item::{CompletionEntry, Items};
use crate::facts::{format_size, images};
use crate::semantic::base_image;

/// What fits as an image reference.
pub(super) fn add_images(typed: &str, items: &mut Items<'_>) {
    let Some((image, tag)) = typed.rsplit_once(':') else {
        for name in base_image::image_names() {
            let item = CompletionEntry { label: name, rank: 2, ..CompletionEntry::default() };
            items.add(typed, CompletionItemKind::Class, item);
        }
        return;
    };
    let plain = image.strip_prefix("docker.io/").unwrap_or(image);
    for (known, size) in images::known_tags(plain.strip_prefix("library/").unwrap_or(plain)) {
        let item = CompletionEntry {
            label: known,
            detail: size.map(format_size),
            rank: 1,
            ..CompletionEntry::default()
        };
        items.add(tag, CompletionItemKind::Value, item);
    }
}
