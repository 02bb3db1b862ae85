//! Comments with a meaning: ignore comments with their codes, and parser directives.

use gen_lsp_types::CompletionItemKind;

use super::Cursor;
use super::item::{CompletionEntry, Items};
use crate::rule::{Group, Rule};
use crate::rules;

/// What comes before a list of codes, and the groups of codes in that list.
const LISTS: [(&str, &[Group]); 6] = [
    ("dockwright ignore=", &[]),
    ("dockwright ignore-file=", &[]),
    ("hadolint ignore=", &[Group::Hadolint, Group::ShellCheck]),
    ("hadolint global ignore=", &[Group::Hadolint, Group::ShellCheck]),
    ("shellcheck disable=", &[Group::ShellCheck]),
    ("check=skip=", &[Group::Buildkit]),
];

/// Parser directives, which only have an effect before the first instruction.
const DIRECTIVES: [&str; 3] = ["syntax=docker/dockerfile:1", "check=skip=", "escape=`"];

/// `text` is the comment up to the cursor, without the `#`.
pub(super) fn add_comments(cursor: &Cursor<'_>, text: &str, is_at_top: bool, items: &mut Items<'_>) {
    let text = text.trim_start();
    let list = LISTS.iter().find_map(|(lead, groups)| Some((text.strip_prefix(lead)?, groups)));
    if let Some((codes, groups)) = list {
        let typed = codes.rsplit(',').next().unwrap_or_default().trim_start();
        if !typed.contains(char::is_whitespace) {
            add_codes(cursor, typed, groups, items);
        }
        return;
    }
    for (lead, _) in LISTS.iter().filter(|(lead, _)| !lead.starts_with("check")) {
        items.add(
            text,
            CompletionItemKind::Keyword,
            CompletionEntry { label: lead, ..CompletionEntry::default() },
        );
    }
    for directive in DIRECTIVES.iter().filter(|_| is_at_top) {
        items.add(
            text,
            CompletionItemKind::Keyword,
            CompletionEntry { label: directive, rank: 1, ..CompletionEntry::default() },
        );
    }
}

/// The codes of these groups, or of all; those that are reported in the document come first.
fn add_codes(cursor: &Cursor<'_>, typed: &str, groups: &[Group], items: &mut Items<'_>) {
    let reported: Vec<&str> =
        cursor.subject.analysis.lint.diagnostics.iter().map(|found| found.code).collect();
    let wanted = |rule: &&Rule| groups.is_empty() || groups.contains(&rule.group);
    let mut found: Vec<&Rule> = rules::all_rules().filter(wanted).collect();
    found.sort_by_key(|rule| (!reported.contains(&rule.code), rule.code));
    for rule in found {
        let item = CompletionEntry {
            label: rule.code,
            detail: Some(rule.name.to_string()),
            rank: u8::from(!reported.contains(&rule.code)),
            ..CompletionEntry::default()
        };
        items.add(typed, CompletionItemKind::EnumMember, item);
    }
}
