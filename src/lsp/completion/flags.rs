//! Flags of an instruction, and their values.

use std::collections::BTreeMap;

use gen_lsp_types::CompletionItemKind;

use super::item::{CompletionEntry, CompletionItems};
use super::{Cursor, images, names, paths, values};
use crate::facts::manual::{MOUNT_TYPES, instruction_page};
use crate::optimize::expand_tilde;
use crate::semantic::build::SHARINGS;
use crate::semantic::managers;
use crate::syntax::Kind;

/// `current` starts with two dashes.
pub(super) fn add_flags(cursor: &Cursor<'_>, kind: Kind, current: &str, items: &mut CompletionItems<'_>) {
    let Some(page) = instruction_page(kind) else { return };
    let Some((name, typed)) = current.split_once('=') else {
        for flag in page.flags {
            let label = format!("--{}", flag.name);
            let takes_value = !flag.value.is_empty();
            let item = CompletionEntry {
                insert: Some(if takes_value { format!("{label}=") } else { label.clone() }),
                label: &label,
                detail: takes_value.then(|| format!("{label}={}", flag.value)),
                documentation: Some(flag.summary),
                ..CompletionEntry::default()
            };
            items.add(current, CompletionItemKind::Property, item);
        }
        return;
    };
    let name = name.trim_start_matches('-');
    let Some(flag) = page.find_flag(name) else { return };
    flag.values.iter().for_each(|value| items.add_value(typed, value));
    match name {
        "from" => add_copy_sources(cursor, typed, items),
        "chown" => values::add_users(cursor, typed, items),
        "mount" => add_mount_options(cursor, typed, items),
        _ if flag.value.is_empty() => ["true", "false"].iter().for_each(|it| items.add_value(typed, it)),
        _ => {}
    }
}

/// What files can be copied from: stages, named contexts and images.
fn add_copy_sources(cursor: &Cursor<'_>, typed: &str, items: &mut CompletionItems<'_>) {
    names::add_stages(cursor, typed, items);
    names::add_named_contexts(cursor, typed, items);
    images::add_images(typed, items);
}

/// `type=cache,target=…`: the field that is being typed.
fn add_mount_options(cursor: &Cursor<'_>, value: &str, items: &mut CompletionItems<'_>) {
    let mut fields = value.split(',');
    let current = fields.next_back().unwrap_or_default();
    let given: Vec<(&str, &str)> = fields.map(|field| field.split_once('=').unwrap_or((field, ""))).collect();
    let kind = given.iter().find(|(key, _)| *key == "type").map_or("bind", |(_, kind)| *kind);
    let Some((key, typed)) = current.split_once('=') else {
        if !given.iter().any(|(key, _)| *key == "type") {
            let item = CompletionEntry {
                label: "type",
                insert: Some("type=".to_string()),
                ..CompletionEntry::default()
            };
            items.add(current, CompletionItemKind::Property, item);
        }
        let keys = MOUNT_TYPES.iter().find(|mount| mount.name == kind).map_or(&[][..], |mount| mount.keys);
        for key in keys.iter().filter(|key| !given.iter().any(|(given, _)| given == *key)) {
            let item = CompletionEntry {
                label: key,
                insert: Some(format!("{key}=")),
                rank: 1,
                ..CompletionEntry::default()
            };
            items.add(current, CompletionItemKind::Property, item);
        }
        return;
    };
    match key {
        "type" => {
            for mount in &MOUNT_TYPES {
                let item = CompletionEntry {
                    label: mount.name,
                    documentation: Some(mount.summary),
                    ..CompletionEntry::default()
                };
                items.add(typed, CompletionItemKind::EnumMember, item);
            }
        }
        "target" | "dst" | "destination" if kind == "cache" => add_caches(typed, items),
        "sharing" => SHARINGS.iter().for_each(|sharing| items.add_value(typed, sharing)),
        "from" => add_copy_sources(cursor, typed, items),
        "source" | "src" if !given.iter().any(|(key, _)| *key == "from") => {
            paths::add_paths(cursor, typed, false, items);
        }
        "required" | "readonly" | "ro" | "readwrite" | "rw" => {
            for value in ["true", "false"] {
                items.add_value(typed, value);
            }
        }
        _ => {}
    }
}

/// The directories where package managers keep downloads, with the managers.
fn add_caches(typed: &str, items: &mut CompletionItems<'_>) {
    let mut managers_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for manager in managers::all_managers() {
        for directory in manager.caches {
            managers_of.entry(expand_tilde(directory)).or_default().push(manager.name);
        }
    }
    for (directory, managers) in managers_of {
        let detail = Some(managers.join(", "));
        let item = CompletionEntry { label: &directory, detail, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::Folder, item);
    }
}
