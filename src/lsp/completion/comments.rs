//! Comments with a meaning: ignore comments with their codes, and parser directives.

use gen_lsp_types::CompletionItemKind;

use super::super::analysis::DocumentAnalysis;
use super::Cursor;
use super::item::{CompletionEntry, CompletionItems};
use crate::diagnostic::INVALID;
use crate::facts::manual::directive_page;
use crate::rule::{Rule, RuleGroup};
use crate::rules;
use crate::source::Span;
use crate::syntax::DirectiveKind;

/// The text before a list of codes, and the groups of codes in that list.
const LISTS: [(&str, &[RuleGroup]); 5] = [
    ("dockwright ignore=", &[]),
    ("dockwright ignore-file=", &[]),
    ("hadolint ignore=", &[RuleGroup::Hadolint, RuleGroup::ShellCheck]),
    ("hadolint global ignore=", &[RuleGroup::Hadolint, RuleGroup::ShellCheck]),
    ("check=skip=", &[RuleGroup::Buildkit]),
];

/// The text before the codes in a comment of the shell. It has an effect only where the shell reads it.
const SHELLCHECK: &str = "shellcheck disable=";

/// Parser directives, which only have an effect before the first instruction.
const DIRECTIVES: [(DirectiveKind, &str); 4] = [
    (DirectiveKind::Syntax, "syntax=docker/dockerfile:1"),
    (DirectiveKind::Check, "check=skip="),
    (DirectiveKind::Check, "check=error=true"),
    (DirectiveKind::Escape, "escape=`"),
];

/// The text before the options of a `check` directive, and the options.
const CHECK: &str = "check=";
const SKIP: &str = "skip=";
const ERROR: &str = "error=true";

/// The comment that excludes an instruction from `dockwright pin`.
const NOT_PINNED: &str = "dockwright pin=off";

/// `text` is the comment up to the cursor, without the `#`.
pub(super) fn add_comments(
    cursor: &Cursor<'_>,
    text: &str,
    is_at_top: bool,
    items: &mut CompletionItems<'_>,
) {
    let text = text.trim_start();
    // `check=skip=A;error=true`: the first option is offered with the directive.
    let option = text.strip_prefix(CHECK).and_then(|options| options.rsplit_once(';'));
    let list = match option {
        Some((_, typed)) => {
            typed.trim_start().strip_prefix(SKIP).map(|codes| (codes, &[RuleGroup::Buildkit][..]))
        }
        None => LISTS.iter().find_map(|(lead, groups)| Some((text.strip_prefix(lead)?, *groups))),
    };
    if let Some((codes, groups)) = list {
        return add_last_code(cursor, codes, groups, items);
    }
    if let Some((before, typed)) = option {
        let further = [SKIP, ERROR].into_iter().filter(|option| !before.contains(option));
        return further.for_each(|option| items.add_keyword(typed.trim_start(), option));
    }
    let leads = LISTS.iter().map(|(lead, _)| *lead).filter(|lead| !lead.starts_with(CHECK));
    for lead in leads.chain([NOT_PINNED]) {
        items.add_keyword(text, lead);
    }
    for (kind, directive) in DIRECTIVES.iter().filter(|_| is_at_top) {
        let page = directive_page(*kind);
        let item = CompletionEntry {
            label: directive,
            detail: Some(page.form.to_string()),
            documentation: Some(page.summary),
            rank: 1,
            ..CompletionEntry::default()
        };
        items.add(text, CompletionItemKind::Keyword, item);
    }
}

/// `text` is the comment up to the cursor, without the `#`.
pub(super) fn add_shell_comments(cursor: &Cursor<'_>, text: &str, items: &mut CompletionItems<'_>) {
    let text = text.trim_start();
    match text.strip_prefix(SHELLCHECK) {
        Some(codes) => add_last_code(cursor, codes, &[RuleGroup::ShellCheck], items),
        None => items.add_keyword(text, SHELLCHECK),
    }
}

/// Completes the last code of a list.
fn add_last_code(cursor: &Cursor<'_>, codes: &str, groups: &[RuleGroup], items: &mut CompletionItems<'_>) {
    let typed = codes.rsplit(',').next().unwrap_or_default().trim_start();
    if !typed.contains(char::is_whitespace) {
        add_codes(cursor, typed, groups, items);
    }
}

/// The codes of these groups, or of all: first those that are reported for the instruction after the comment, then the
/// others that are reported in the document.
fn add_codes(cursor: &Cursor<'_>, typed: &str, groups: &[RuleGroup], items: &mut CompletionItems<'_>) {
    let subject = cursor.subject;
    // Typing has discarded the analysis of the text, so it may not be there yet.
    let newest = (!subject.analysis.is_done).then(|| DocumentAnalysis::new(&subject.text, &subject.rules));
    let found = &newest.as_ref().unwrap_or(&subject.analysis).lint.diagnostics;
    let next = cursor.semantics.file.instructions().find(|it| it.span.end > cursor.offset);
    let is_next = |span: Span| next.is_some_and(|next| next.span.contains(span));
    let rank = |code: &str| {
        let reported = || found.iter().filter(|found| found.code == code);
        match reported().next() {
            Some(_) if reported().any(|found| is_next(found.span)) => 0,
            Some(_) => 1,
            None => 2,
        }
    };
    // No comment ignores build errors.
    let can_ignore_invalid = found.iter().any(|one| one.code == INVALID && !one.is_certain_build_error());
    let wanted = |rule: &&Rule| {
        (groups.is_empty() || groups.contains(&rule.group)) && (rule.code != INVALID || can_ignore_invalid)
    };
    let mut rules: Vec<(u8, &Rule)> =
        rules::all_rules().filter(wanted).map(|rule| (rank(rule.code), rule)).collect();
    rules.sort_by_key(|(rank, rule)| (*rank, rule.code));
    for (rank, rule) in rules {
        let detail = Some(rule.name.to_string());
        let item = CompletionEntry { label: rule.code, detail, rank, ..CompletionEntry::default() };
        items.add(typed, CompletionItemKind::EnumMember, item);
    }
}
