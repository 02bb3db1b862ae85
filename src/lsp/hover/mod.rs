//! Hover: the page of the rule whose diagnostic, or whose code in a comment, is pointed at; and what holds where
//! an instruction stands.

mod page;
mod reruns;
mod state;

pub use state::position;

use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind, Position};

use super::answers::Subject;
use crate::config::find_rule;
use crate::semantic::{Semantics, View};
use crate::source::Span;
use crate::syntax;

/// Stands between two things that are said.
const RULE: &str = "\n\n---\n\n";

/// What there is to say about a position.
pub fn hover(subject: &Subject, position: Position) -> Option<Hover> {
    let offset = subject.text.offset(position);
    let here = Span::empty(offset);
    let found = &subject.analysis.look.diagnostics;
    let pointed: Vec<_> = found.iter().filter(|found| found.span.contains(here)).collect();
    let mut parts: Vec<String> = pointed.iter().map(|found| page::of_diagnostic(found)).collect();
    let mut span = pointed.iter().map(|found| found.span).reduce(Span::to);
    let file = syntax::parse(subject.text.bytes());
    let at = file.items.partition_point(|item| item.span.end <= offset);
    let item = file.items.get(at)?;
    match item.instruction() {
        Some(instruction) if parts.is_empty() || instruction.keyword.span.contains(here) => {
            let semantics = Semantics::new(&file, View::Exact);
            parts.push(state::of_instruction(&semantics, instruction));
            span = span.or(Some(instruction.keyword.span));
        }
        _ => {}
    }
    if parts.is_empty() || item.instruction().is_none() {
        let word = word_at(subject.text.as_str(), offset);
        if let Some(rule) = subject.text.as_str().get(word.range()).and_then(find_rule) {
            parts.push(page::of_rule(rule, None));
            span = span.or(Some(word));
        }
    }
    if parts.is_empty() {
        return None;
    }
    let kind = if subject.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let value = parts.join(RULE);
    Some(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind, value }),
        range: span.map(|span| subject.text.range(span)),
    })
}

/// The letters, digits and dashes around an offset.
fn word_at(text: &str, offset: u32) -> Span {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let (before, after) = text.as_bytes().split_at_checked(offset as usize).unwrap_or_default();
    let start = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = after.iter().take_while(|byte| is_part(byte)).count();
    let width = |length: usize| u32::try_from(length).unwrap_or(0);
    Span::new(offset.saturating_sub(width(start)), offset.saturating_add(width(end)))
}
