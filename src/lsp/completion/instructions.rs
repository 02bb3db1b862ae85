//! Names of instructions.

use gen_lsp_types::CompletionItemKind;

use super::item::{CompletionEntry, CompletionItems};
use crate::facts::manual::{InstructionPage, instruction_pages};
use crate::syntax::Kind;

/// All instructions, in the case that is being typed.
pub(super) fn add_instructions(typed: &str, items: &mut CompletionItems<'_>) {
    instruction_pages().for_each(|page| add_instruction_item(typed, page, items));
}

/// The instructions that can follow ONBUILD.
pub(super) fn add_triggers(typed: &str, items: &mut CompletionItems<'_>) {
    let never = [Kind::Onbuild, Kind::From, Kind::Maintainer];
    instruction_pages()
        .filter(|page| !never.contains(&page.kind))
        .for_each(|page| add_instruction_item(typed, page, items));
}

fn add_instruction_item(typed: &str, page: &InstructionPage, items: &mut CompletionItems<'_>) {
    let is_lower = typed.chars().next().is_some_and(|first| first.is_ascii_lowercase());
    let name = page.kind.name();
    let label = if is_lower { name.to_ascii_lowercase() } else { name.to_string() };
    let item = CompletionEntry {
        label: &label,
        insert: Some(format!("{label} ")),
        detail: page.forms.first().map(ToString::to_string),
        documentation: Some(page.summary),
        rank: u8::from(page.kind == Kind::Maintainer),
        ..CompletionEntry::default()
    };
    items.add(typed, CompletionItemKind::Keyword, item);
}
