//! Hover: what an instruction costs, what rebuilds it, the state at it and its syntax; the syntax of a flag or a
//! directive; the value of a variable; a stage; the page of the rule of a diagnostic or of a code in a comment.
//!
//! Facts come first: they are short, and editors show the message of a diagnostic next to the code anyway.

mod manual;
mod page;
mod rebuilds;
mod state;
mod variable;

pub(super) use state::stage_position;

use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind, Position};

use super::configuration::DocumentRules;
use super::cost;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::config::find_rule;
use crate::facts::manual::instruction_page;
use crate::semantic::Semantics;
use crate::semantic::occurrences::{OccurrenceRole, Occurrences, Symbol};
use crate::semantic::secrets::HiddenSecrets;
use crate::source::Span;
use crate::syntax::{Instruction, Kind, Node};

/// The separator between two paragraphs.
const RULE: &str = "\n\n---\n\n";

/// The hover for a position.
pub(super) fn hover(subject: &RequestContext, parsed: &ParsedText<'_>, position: Position) -> Option<Hover> {
    let offset = subject.text.offset(position);
    let here = Span::empty(offset);
    let found = &subject.analysis.lint.diagnostics;
    let pointed: Vec<_> = found.iter().filter(|found| found.span.contains(here)).collect();
    let mut parts = Vec::new();
    let mut span = pointed.iter().map(|found| found.span).reduce(Span::enclosing_span);
    let file = parsed.file;
    let at = file.items.partition_point(|item| item.span.end <= offset);
    let item = file.items.get(at)?;
    let is_template = subject.analysis.is_template;
    if let Node::Directive(directive) = &item.node {
        parts.push(manual::describe_directive(directive.kind));
        span = span.or(Some(directive.span));
    }
    if let Some(instruction) = item.instruction().filter(|_| !is_template) {
        let semantics = parsed.semantics();
        let (text, place) = instruction_hover(subject, semantics, instruction, here, pointed.is_empty());
        span = span.or(place);
        parts.push(HiddenSecrets::find(semantics).mask(&text).into_owned());
    }
    parts.extend(pointed.iter().map(|found| page::diagnostic_page(found)));
    if parts.is_empty() || item.instruction().is_none() {
        let word = word_at(subject.text.as_str(), offset);
        if let Some(rule) = subject.text.as_str().get(word.range()).and_then(find_rule) {
            parts.push(page::rule_page(rule, None));
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

/// The facts about a place in an instruction, and the span that they are about if it is shorter than the instruction.
/// `has_room`: adds the syntax.
fn instruction_hover(
    subject: &RequestContext,
    semantics: &Semantics<'_>,
    instruction: &Instruction<'_>,
    here: Span,
    has_room: bool,
) -> (String, Option<Span>) {
    let names = Occurrences::collect(semantics);
    let named = names.occurrence_at(here.start).and_then(|name| {
        let text = match name.symbol {
            Symbol::Stage(index) => describe_stage(semantics, &names, index)?,
            _ => variable::describe_value(semantics, &names, name)?,
        };
        Some((text, name.reach))
    });
    let named = named.or_else(|| variable::describe_undeclared(semantics, &names, instruction, here.start));
    let named = named.or_else(|| describe_named_context(subject, instruction, here));
    if let Some((text, span)) = named.or_else(|| manual::describe_flag(instruction, here)) {
        return (text, Some(span));
    }
    let keyword = instruction.keyword.span;
    let report = cost::report_of_document(subject);
    let line = semantics.line(instruction.span.start);
    let cost = report.and_then(|report| match instruction.kind {
        Kind::From => cost::base_image_size(report, line).map(|size| format!("{size} on disk")),
        _ => cost::step_sentence(report, cost::step_on_line(report, line)?),
    });
    let is_keyword = keyword.contains(here);
    let page = is_keyword.then(|| instruction_page(instruction.kind)).flatten();
    let heading = match page {
        Some(page) => page.summary.to_string(),
        None => format!("`{}`", instruction.keyword.text.to_uppercase()),
    };
    let facts = state::instruction_state(semantics, instruction, cost);
    let mut parts = vec![format!("{heading}\n\n{facts}")];
    parts.extend(page.filter(|_| has_room).map(manual::syntax_block));
    (parts.join(RULE), is_keyword.then_some(keyword))
}

/// Describes the additional build context that `--from` names, with the span of the name.
fn describe_named_context(
    subject: &RequestContext,
    instruction: &Instruction<'_>,
    here: Span,
) -> Option<(String, Span)> {
    let DocumentRules::Engine(_, _, context) = &subject.rules else { return None };
    let name = instruction.flag_value("from").filter(|value| value.span.contains(here))?;
    let is_known = context.named_contexts.contains(name.text.as_ref());
    let text = format!(
        "{} is an additional build context of a Compose or Bake file",
        state::format_inline_code(&name.text)
    );
    is_known.then_some((text, name.span))
}

/// A stage at a place that names it: what it is built on, and the lines that use it.
fn describe_stage(semantics: &Semantics<'_>, names: &Occurrences, index: usize) -> Option<String> {
    let stage = semantics.stages.get(index)?;
    let facts = state::stage_line(semantics, stage);
    let lines = describe_uses(semantics, names, Symbol::Stage(index), Span::empty(0));
    Some(format!("- **Stage** {facts}\n- **Used** {}", lines.as_deref().unwrap_or("nowhere in this file")))
}

/// `on lines 3 and 11`: where a name is used outside of `here`; `None` if nowhere.
fn describe_uses(
    semantics: &Semantics<'_>,
    names: &Occurrences,
    symbol: Symbol,
    here: Span,
) -> Option<String> {
    let uses = names
        .occurrences_of(symbol)
        .filter(|place| place.role == OccurrenceRole::Use && !here.contains(place.span));
    let mut lines: Vec<u32> = uses.map(|place| semantics.line(place.span.start)).collect();
    lines.dedup();
    let (last, others) = lines.split_last()?;
    if others.is_empty() {
        return Some(format!("on line {last}"));
    }
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    Some(format!("on lines {} and {last}", others.join(", ")))
}

/// The word of letters, digits and dashes around an offset.
fn word_at(text: &str, offset: u32) -> Span {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let (before, after) = text.as_bytes().split_at_checked(offset as usize).unwrap_or_default();
    let start = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = after.iter().take_while(|byte| is_part(byte)).count();
    let width = |length: usize| u32::try_from(length).unwrap_or(0);
    Span::new(offset.saturating_sub(width(start)), offset.saturating_add(width(end)))
}
