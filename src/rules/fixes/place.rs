//! Where a new line goes, and how one is deleted.

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::Checker;
use crate::source::Span;
use crate::syntax::{Instruction, Node, quoted};

/// Why nothing is done about a keyword that a line end parts.
pub const BROKEN_KEYWORD: &str = "its keyword is broken over lines";

/// Why nothing is done about what an `ONBUILD` brings.
pub const FIRED: &str = "it comes from an `ONBUILD` of the stage that this one is built on";
/// Why nothing is done about words that the file writes otherwise than they read.
pub const NOT_VERBATIM: &str = "a variable, a quote or a line end stands in it";

/// The start of the line above which a new instruction goes: above the comments that belong to this one.
pub fn above(cx: &Checker<'_>, instruction: &Instruction<'_>) -> u32 {
    let items = &cx.file.items;
    let at = items.partition_point(|item| item.span.end <= instruction.span.start);
    let comments = items.get(..at).unwrap_or_default().iter().rev();
    let first = comments.take_while(|item| matches!(item.node, Node::Comment(_))).last();
    first.or_else(|| items.get(at)).map_or(instruction.span.start, |item| item.span.start)
}

/// An instruction deleted, with the end of its line. Somebody wrote it, so that this is only shown.
pub fn deletion(instruction: &Instruction<'_>, source: &[u8]) -> Fix {
    let Span { start, end } = instruction.span;
    let rest = source.get(end as usize..).unwrap_or_default();
    let line_end = if rest.starts_with(b"\r\n") { 2 } else { u32::from(rest.starts_with(b"\n")) };
    let title = format!("delete this {}", quoted(&instruction.keyword.text));
    Fix::new(Applicability::Shown, title, [Edit::delete(Span::new(start, end + line_end))])
}
