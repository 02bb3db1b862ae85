//! Adds and deletes lines.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::RuleChecker;
use crate::source::Span;
use crate::syntax::{Instruction, Node, quote_excerpt};

/// The reason against fixes for a keyword that is split by a continuation.
pub(crate) const BROKEN_KEYWORD: &str = "the keyword is split over lines";

/// The reason against fixes for the instruction of an `ONBUILD`.
pub(crate) const FIRED: &str = "the instruction comes from an `ONBUILD` of the base stage";
/// The reason for not changing words whose value differs from their text in the file.
pub(crate) const NOT_VERBATIM: &str = "the text contains a variable, a quote or a line break";

/// The start of the line above which a new instruction goes: above the comments that belong to this one.
pub(crate) fn line_start_above(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> u32 {
    let items = &cx.file.items;
    let at = items.partition_point(|item| item.span.end <= instruction.span.start);
    let comments = items.get(..at).unwrap_or_default().iter().rev();
    let first = comments.take_while(|item| matches!(item.node, Node::Comment(_))).last();
    first.or_else(|| items.get(at)).map_or(instruction.span.start, |item| item.span.start)
}

/// Deletes an instruction with its line end. This is a suggestion, because the instruction may be intended.
pub(crate) fn delete_instruction(instruction: &Instruction<'_>, source: &[u8]) -> Fix {
    let Span { start, end } = instruction.span;
    let rest = source.get(end as usize..).unwrap_or_default();
    let line_end = if rest.starts_with(b"\r\n") { 2 } else { u32::from(rest.starts_with(b"\n")) };
    let title = format!("delete this {}", quote_excerpt(&instruction.keyword.text));
    Fix::new(Applicability::Suggestion, title, [Edit::delete(Span::new(start, end + line_end))])
}

/// Deletes the lines of an instruction whose words were moved; leaves one blank line if two would be adjacent. `None`
/// if a comment is above it or in it, or if it is the end of the file.
pub(crate) fn remove_lines(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> Option<Edit> {
    remove_lines_with_comments(cx, instruction)
        .filter(|(_, comments)| comments.is_empty())
        .map(|(edit, _)| edit)
}

/// Like [`remove_lines`], but also deletes the comment lines above the instruction and returns them, because
/// they have to move with its text.
pub(crate) fn remove_lines_with_comments(
    cx: &RuleChecker<'_>,
    instruction: &Instruction<'_>,
) -> Option<(Edit, String)> {
    let items = &cx.file.items;
    let at =
        items.iter().position(|item| item.instruction().is_some_and(|one| one.span == instruction.span))?;
    let item = items.get(at)?;
    if instruction.continuations.iter().flat_map(|line| &line.skipped).any(|line| line.comment) {
        return None;
    }
    let above =
        items.get(..at)?.iter().rev().take_while(|item| matches!(item.node, Node::Comment(_))).count();
    let first = items.get(at - above)?.span;
    let comments = Span::new(first.start, item.span.start).bytes(cx.file.source);
    let comments = String::from_utf8_lossy(comments).into_owned();
    let before = (at - above).checked_sub(1).and_then(|at| items.get(at));
    if !item.span.bytes(cx.file.source).ends_with(b"\n") {
        return None;
    }
    let is_blank =
        |item: Option<&crate::syntax::Item<'_>>| item.is_some_and(|item| matches!(item.node, Node::Blank));
    let after = items.get(at + 1);
    let mut span = first.enclosing_span(item.span);
    if is_blank(before) && is_blank(after) {
        span.end = after.map_or(span.end, |item| item.span.end);
    } else if after.is_none() && is_blank(before) {
        span.start = before.map_or(span.start, |item| item.span.start);
    }
    Some((Edit::delete(span), comments))
}

/// Adds comment lines above an instruction, below existing comments.
pub(crate) fn put_comments_above(
    cx: &RuleChecker<'_>,
    instruction: &Instruction<'_>,
    comments: String,
) -> Option<Edit> {
    let items = &cx.file.items;
    let own =
        |item: &&crate::syntax::Item<'_>| item.instruction().is_some_and(|one| one.span == instruction.span);
    let item = items.iter().find(own)?;
    Some(Edit::insert(item.span.start, comments))
}
