//! Names of packages, in commands that install packages.

use gen_lsp_types::CompletionItemKind;

use super::Cursor;
use super::item::{CompletionEntry, CompletionItems};
use crate::facts::packages::{DebianRelease, frequent_packages, names_starting_with};
use crate::semantic::effects;
use crate::semantic::managers::{self, Verb};
use crate::shell::ShellCommand;
use crate::source::Span;

/// The packages of the release that the stage is built on.
pub(super) fn add_packages(cursor: &Cursor<'_>, items: &mut CompletionItems<'_>) {
    let source = cursor.semantics.file.source;
    let Some(command) = command_at_cursor(cursor) else { return };
    let call = effects::command_effects(command, source).packages;
    let is_install = |call: &managers::PackageCall| {
        managers::is_debian_manager(call.manager) && matches!(call.verb, Verb::Install)
    };
    if !call.as_ref().is_some_and(is_install) {
        return;
    }
    let stage = cursor.semantics.stage_at(cursor.offset);
    let distribution = stage.and_then(|stage| cursor.semantics.distribution(stage.index));
    let distribution = distribution.filter(|it| it.id.as_deref() == Some("debian"));
    let Some(release) = distribution.and_then(|it| DebianRelease::from_name(it.release.as_deref()?)) else {
        return;
    };
    let word =
        command.words.iter().find(|word| word.span.start < cursor.offset && cursor.offset <= word.span.end);
    // The subcommand and options are not packages.
    let index = word.and_then(|word| command.words.iter().position(|other| other == word));
    if index.is_some_and(|index| index < 2) || word.is_some_and(dockwright_shell::ShellWord::is_flag) {
        return;
    }
    let typed = word.map_or_else(String::new, |word| {
        String::from_utf8_lossy(Span::new(word.span.start, cursor.offset).bytes(source)).into_owned()
    });
    if let Some((name, version)) = typed.split_once('=') {
        if let Some(known) = release.version(name) {
            items.add_value(version, known);
        }
        return;
    }
    add_names(release, &typed, items);
}

/// Names that start with the typed text: the most frequent ones first, then those whose version is known, then all
/// others. Without any text, only the most frequent ones.
fn add_names(release: DebianRelease, typed: &str, items: &mut CompletionItems<'_>) {
    let mut add = |name: &str, rank: u8| {
        let detail = release.version(name).map(str::to_string);
        let item = CompletionEntry { label: name, detail, rank, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::Module, item);
        !items.has_maximum_items()
    };
    let usual: Vec<&str> = frequent_packages(release, typed).collect();
    for name in &usual {
        add(name, 0);
    }
    if !typed.is_empty() {
        let others = || names_starting_with(release, typed).filter(|name| !usual.contains(name));
        let known = others().filter(|name| release.version(name).is_some());
        let unknown = others().filter(|name| release.version(name).is_none());
        let all = known.map(|name| (name, 1)).chain(unknown.map(|name| (name, 2)));
        for (name, rank) in all {
            if !add(name, rank) {
                break;
            }
        }
    }
    if typed.is_empty() || items.has_maximum_items() {
        items.mark_list_incomplete();
    }
}

/// The command that the cursor is in, or right after.
fn command_at_cursor<'c>(cursor: &'c Cursor<'_>) -> Option<&'c ShellCommand> {
    let source = cursor.semantics.file.source;
    let stage = cursor.semantics.stage_at(cursor.offset);
    let runs = cursor.semantics.runs.iter().filter(|run| run.stage == stage.map(|stage| stage.index));
    let commands = runs.flat_map(|run| &run.script.commands);
    let before = commands.filter(|command| command.span.start <= cursor.offset);
    let last = before.max_by_key(|command| command.span.start)?;
    let between = Span::new(last.span.end, cursor.offset.max(last.span.end)).bytes(source);
    // Only spaces and continuations lie between.
    between.iter().all(|byte| b" \t\\\r\n`".contains(byte)).then_some(last)
}
