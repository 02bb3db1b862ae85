//! Completion: the words that are possible at the cursor.

mod comments;
mod flags;
mod images;
mod instructions;
mod item;
mod names;
mod packages;
mod paths;
mod values;

use gen_lsp_types::{CompletionList, Position};

use self::item::CompletionItems;
use super::place::{CompletionPlace, completion_place_at};
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::semantic::Semantics;
use crate::syntax::Kind;

/// The completions at a position.
pub(super) fn completion(
    subject: &RequestContext,
    parsed: &ParsedText<'_>,
    position: Position,
) -> CompletionList {
    let offset = subject.text.offset(position);
    let semantics = parsed.semantics();
    let cursor = Cursor { subject, semantics, offset };
    let mut items = CompletionItems::new(subject, offset);
    match completion_place_at(semantics.file, offset) {
        CompletionPlace::Comment { text, is_at_top } => {
            comments::add_comments(&cursor, &text, is_at_top, &mut items);
        }
        CompletionPlace::ShellComment(text) => comments::add_shell_comments(&cursor, &text, &mut items),
        CompletionPlace::Keyword(typed) => instructions::add_instructions(&typed, &mut items),
        CompletionPlace::Arguments { kind, words, current } => {
            cursor.add_argument_items(kind, &words, &current, &mut items);
        }
        CompletionPlace::Heredoc { kind, current } => match names::typed_variable_prefix(&current) {
            Some(name) => names::add_variables(&cursor, kind, name, &mut items),
            None if kind == Kind::Run => packages::add_packages(&cursor, &mut items),
            None => {}
        },
        CompletionPlace::VerbatimText => {}
    }
    items.finish()
}

/// The position of the cursor, and the document.
struct Cursor<'c> {
    subject: &'c RequestContext,
    semantics: &'c Semantics<'c>,
    offset: u32,
}

impl Cursor<'_> {
    /// Adds the names that are possible after `words`, the preceding arguments of the instruction.
    fn add_argument_items(
        &self,
        kind: Kind,
        words: &[String],
        current: &str,
        items: &mut CompletionItems<'_>,
    ) {
        if let Some(name) = names::typed_variable_prefix(current) {
            return names::add_variables(self, kind, name, items);
        }
        let only_flags = words.iter().all(|word| word.starts_with("--"));
        if only_flags && current.starts_with("--") {
            return flags::add_flags(self, kind, current, items);
        }
        let operands = words.iter().filter(|word| !word.starts_with("--")).count();
        match kind {
            Kind::Onbuild if words.is_empty() => instructions::add_triggers(current, items),
            Kind::Onbuild => {
                let (first, rest) =
                    words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
                let trigger = Kind::from_name(first);
                if trigger != Kind::Onbuild {
                    self.add_argument_items(trigger, rest, current, items);
                }
            }
            Kind::From if operands == 0 => {
                names::add_stages(self, current, items);
                names::add_named_contexts(self, current, items);
                images::add_images(current, items);
            }
            Kind::From if operands == 1 => items.add_keyword(current, "AS"),
            Kind::Copy | Kind::Add if !words.iter().any(|word| word.starts_with("--from=")) => {
                let is_json =
                    words.iter().map(String::as_str).chain([current]).any(|word| word.starts_with('['));
                paths::add_paths(self, current, is_json, items);
            }
            Kind::Run => packages::add_packages(self, items),
            Kind::Label if values::is_in_quotes(words) => {}
            _ => values::add_values(self, kind, operands, current, items),
        }
    }
}
