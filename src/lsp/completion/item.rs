//! [`CompletionItems`]: the list of completions for a response.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, Documentation, InsertTextFormat, TextEdit,
};

use super::super::requests::RequestContext;
use crate::source::Span;

/// Maximum number of items; the client requests the list again when the user types more.
const MAX: usize = 200;

/// The items so far.
pub(super) struct CompletionItems<'s> {
    subject: &'s RequestContext,
    offset: u32,
    found: Vec<CompletionItem>,
    /// Whether some were omitted.
    incomplete: bool,
}

/// One completion that the editor offers.
#[derive(Default)]
pub(super) struct CompletionEntry<'i> {
    pub label: &'i str,
    /// The text to insert; `None` for the label.
    pub insert: Option<String>,
    /// `insert` with places to fill in, for clients that can do that.
    pub snippet: Option<String>,
    pub detail: Option<String>,
    pub(crate) documentation: Option<&'i str>,
    /// Its position in the list: the smallest rank comes first.
    pub(crate) rank: u8,
}

impl<'s> CompletionItems<'s> {
    pub(super) fn new(subject: &'s RequestContext, offset: u32) -> Self {
        Self { subject, offset, found: Vec::new(), incomplete: false }
    }

    /// Marks the list as incomplete: other items may match when the typed text changes.
    pub(super) fn mark_list_incomplete(&mut self) {
        self.incomplete = true;
    }

    pub(super) fn has_maximum_items(&self) -> bool {
        self.found.len() >= MAX
    }

    /// Adds a suggestion for what is typed, if it starts with that text, ignoring case.
    pub(super) fn add(&mut self, typed: &str, kind: CompletionItemKind, item: CompletionEntry<'_>) {
        let fits = item.label.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
        if !fits {
            return;
        }
        if self.has_maximum_items() {
            self.incomplete = true;
            return;
        }
        let can = self.subject.client.completes_snippets;
        let (text, format) = match item.snippet.filter(|_| can) {
            Some(snippet) => (snippet, Some(InsertTextFormat::Snippet)),
            None => (item.insert.unwrap_or_else(|| item.label.to_string()), None),
        };
        let width = u32::try_from(typed.len()).unwrap_or(0);
        let mut start = self.offset.saturating_sub(width);
        // If a continuation is inside the word, nothing before the cursor is replaced.
        if Span::new(start, self.offset).bytes(self.subject.text.bytes()) != typed.as_bytes() {
            start = self.offset;
        }
        let range = self.subject.text.range(Span::new(start, self.offset));
        self.found.push(CompletionItem {
            label: item.label.to_string(),
            kind: Some(kind),
            detail: item.detail,
            documentation: item.documentation.map(|text| Documentation::String(text.to_string())),
            sort_text: Some(format!("{}{:05}", item.rank, self.found.len())),
            insert_text_format: format,
            text_edit: Some(TextEdit { range, new_text: text }.into()),
            ..CompletionItem::default()
        });
    }

    /// A word of the grammar.
    pub(super) fn add_keyword(&mut self, typed: &str, word: &str) {
        self.add(
            typed,
            CompletionItemKind::Keyword,
            CompletionEntry { label: word, ..CompletionEntry::default() },
        );
    }

    /// Adds a possible value.
    pub(super) fn add_value(&mut self, typed: &str, value: &str) {
        self.add(
            typed,
            CompletionItemKind::Value,
            CompletionEntry { label: value, ..CompletionEntry::default() },
        );
    }

    pub(super) fn finish(self) -> CompletionList {
        CompletionList { is_incomplete: self.incomplete, items: self.found, ..CompletionList::default() }
    }
}
