//! Values of some instructions.

use gen_lsp_types::CompletionItemKind;

use super::super::configuration::DocumentRules;
use super::item::{CompletionEntry, CompletionItems};
use super::{Cursor, names};
use crate::facts::manual::{LABELS, PORTS};
use crate::semantic::convert::{port, signal};
use crate::semantic::{StageBaseKind, effects};
use crate::syntax::Kind;

/// `operands`: how many words come before the one that is typed, flags not counted.
pub(super) fn add_values(
    cursor: &Cursor<'_>,
    kind: Kind,
    operands: usize,
    current: &str,
    items: &mut CompletionItems<'_>,
) {
    match kind {
        Kind::Healthcheck if operands == 0 => {
            for keyword in ["CMD", "NONE"] {
                items.add_keyword(current, keyword);
            }
        }
        Kind::Stopsignal if operands == 0 => {
            for name in signal::signal_names() {
                let label = format!("SIG{name}");
                let is_usual = ["TERM", "QUIT", "INT", "HUP", "USR1", "WINCH"].contains(name);
                let item = CompletionEntry {
                    label: &label,
                    rank: u8::from(!is_usual),
                    ..CompletionEntry::default()
                };
                items.add(current, CompletionItemKind::EnumMember, item);
            }
        }
        Kind::Arg => names::add_builder_arguments(cursor, current, items),
        Kind::User if operands == 0 => add_users(cursor, current, items),
        Kind::Expose => add_ports(cursor, current, items),
        Kind::Label if !current.contains('=') => add_labels(cursor, current, items),
        _ => {}
    }
}

/// The users that the stage has: those that its commands create, those of the base image, and `root` if there is a base
/// image. After a colon, their groups.
pub(super) fn add_users(cursor: &Cursor<'_>, current: &str, items: &mut CompletionItems<'_>) {
    let typed = current.rsplit(':').next().unwrap_or_default();
    let semantics = cursor.semantics;
    let Some(stage) = semantics.stage_at(cursor.offset) else { return };
    let mut before = semantics.instructions_of(stage.index);
    before.retain(|instruction| instruction.span.end <= cursor.offset);
    let runs = before.into_iter().filter_map(|instruction| semantics.find_run(instruction));
    let created = runs.flat_map(|run| &run.script.commands).filter_map(effects::find_created_account);
    let base = semantics.base_image(stage.index);
    let of_base = base.iter().flat_map(|base| &base.image.facts.users).map(String::as_str);
    let name = base.as_ref().map(|base| base.image.name.as_str());
    let mut known = Vec::new();
    let users = created.map(|user| (user, None)).chain(of_base.map(|user| (user, name)));
    let is_empty_image =
        semantics.stage_and_ancestors(stage).last().unwrap_or(stage).base == StageBaseKind::Scratch;
    let root = (!is_empty_image).then_some(("root", None));
    for (user, detail) in users.chain(root) {
        if known.contains(&user) {
            continue;
        }
        known.push(user);
        let detail = detail.map(str::to_string);
        let item = CompletionEntry { label: user, detail, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::Value, item);
    }
}

/// Ports: variables that hold one, those of the base image, and usual ones. After a slash, the protocols.
fn add_ports(cursor: &Cursor<'_>, current: &str, items: &mut CompletionItems<'_>) {
    if let Some((_, typed)) = current.split_once('/') {
        return port::PROTOCOLS.iter().for_each(|protocol| items.add_value(typed, protocol));
    }
    let mut add = |label: &str, detail: &str, rank: u8| {
        let detail = Some(detail.to_string());
        let item = CompletionEntry { label, detail, rank, ..CompletionEntry::default() };
        items.add(current, CompletionItemKind::Value, item);
    };
    for (name, value) in names::values_in_scope(cursor) {
        if value.parse::<u16>().is_ok() {
            // Other numbers, such as the value of `DEBUG=1`, are seldom ports.
            let rank = if name.contains("PORT") { 0 } else { 3 };
            add(&format!("${name}"), &value, rank);
        }
    }
    let stage = cursor.semantics.stage_at(cursor.offset);
    let base = stage.and_then(|stage| cursor.semantics.base_image(stage.index));
    let exposed = base.iter().flat_map(|base| base.image.facts.expose.iter().flatten());
    let exposed: Vec<&str> = exposed.map(|port| port.trim_end_matches("/tcp")).collect();
    for port in &exposed {
        add(port, base.as_ref().map_or("", |base| &base.image.name), 1);
    }
    for (port, service) in PORTS.iter().filter(|(port, _)| !exposed.contains(port)) {
        add(port, service, 2);
    }
}

/// Whether the text after these words is in quotes that one of them opens.
pub(super) fn is_in_quotes(words: &[String]) -> bool {
    let mut quote = None;
    for word in words {
        let mut characters = word.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (Some(open), _) if open == character => quote = None,
                (None | Some('"'), '\\') => {
                    characters.next();
                }
                (None, '"' | '\'') => quote = Some(character),
                _ => {}
            }
        }
    }
    quote.is_some()
}

/// Keys of labels: those that the configuration requires, and those of the OCI image specification.
fn add_labels(cursor: &Cursor<'_>, current: &str, items: &mut CompletionItems<'_>) {
    let mut add = |label: &str, detail: Option<&str>, summary: Option<&str>, rank: u8| {
        let item = CompletionEntry {
            label,
            insert: Some(format!("{label}=")),
            snippet: Some(format!("{label}=\"$1\"")),
            detail: detail.map(str::to_string),
            documentation: summary,
            rank,
        };
        items.add(current, CompletionItemKind::Property, item);
    };
    if let DocumentRules::Engine(engine, ..) = &cursor.subject.rules {
        for (label, kind) in &engine.settings.options.label_schema {
            let summary = LABELS.iter().find(|(known, _)| known == label).map(|(_, summary)| *summary);
            add(label, Some(kind.as_str()), summary, 0);
        }
    }
    for (label, summary) in LABELS {
        add(label, None, Some(summary), 1);
    }
}
