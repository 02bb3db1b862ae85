//! Determines where the elements of the top-level list begin and end. shuck's spans of statements omit the brackets
//! of groups and run into the token that follows.

use shuck_ast::{Command as Tree, CompoundCommand, Stmt};

use super::walk::ScriptWalk;
use super::{Connector, ListNode};
use dockerfile_syntax::Span;

impl ScriptWalk<'_> {
    /// From the first byte of a statement to the end of its content; the closing bracket of a group may follow.
    pub(super) fn span_without_closing_bracket(&self, stmt: &Stmt) -> Span {
        let mut span = self.span(stmt.span);
        let terminator = stmt.terminator_span.map(|span| self.span(span).start);
        let comment = stmt.inline_comment.map(|comment| self.offset + comment.range.start().to_u32());
        for end in terminator.into_iter().chain(comment) {
            span.end = span.end.min(end).max(span.start);
        }
        if let Tree::Simple(simple) = &stmt.command {
            let words = simple.args.iter().map(|word| word.span);
            let rest = simple.assignments.iter().map(|one| one.span);
            let parts = words.chain(rest).chain(stmt.redirects.iter().map(|one| one.span));
            span.end = parts.fold(self.span(simple.name.span).end, |end, part| end.max(self.span(part).end));
        }
        // A chain begins at its first element.
        let mut first = stmt;
        while let Tree::Binary(binary) = &first.command {
            first = &binary.left;
        }
        let bracket = match &first.command {
            Tree::Compound(CompoundCommand::Subshell(body)) => Some((body, '(')),
            Tree::Compound(CompoundCommand::BraceGroup(body)) => Some((body, '{')),
            _ => None,
        };
        if let Some((body, bracket)) = bracket
            && self.span(body.span).start == span.start
            && let Some(at) = self.text_before(span.start).rfind(bracket)
        {
            span.start = self.offset + u32::try_from(at).unwrap_or(0);
        }
        span
    }

    /// Moves the end of each element to its last byte, and each newline connector to the last newline between two
    /// elements.
    pub(super) fn trim_list_items(&mut self) {
        let mut items = std::mem::take(&mut self.script.list);
        let mut next = (self.script.end.map(|end| end.span.start), None);
        for item in items.iter_mut().rev() {
            let end = self.offset + u32::try_from(self.text.len()).unwrap_or(0);
            let limit = next.0.or(next.1).unwrap_or(end).max(item.span.start);
            item.span = match item.node {
                ListNode::Command(index) => {
                    let command = self.script.commands.get(index).map_or(item.span, |command| command.span);
                    Span::new(item.span.start.min(command.start), command.end)
                }
                _ => self.trim_blanks(item.span, limit),
            };
            if let Some(joint) = &mut item.joint
                && joint.connector == Connector::Newline
                && let Some(newline) = self.text_before(item.span.start).rfind('\n')
            {
                let at = self.offset + u32::try_from(newline).unwrap_or(0);
                joint.span = Span::new(at, at + 1);
            }
            next = (item.joint.map(|joint| joint.span.start), Some(item.span.start));
        }
        self.script.list = items;
    }

    fn text_before(&self, at: u32) -> &str {
        self.text.get(..at.saturating_sub(self.offset) as usize).unwrap_or_default()
    }

    /// The element from `content.start` to its last byte before `limit` that is not part of a comment, white space or
    /// a line continuation.
    fn trim_blanks(&self, content: Span, limit: u32) -> Span {
        let comments = &self.script.comments;
        let comment = comments.get(comments.partition_point(|comment| comment.start < content.end));
        let end = comment.map_or(limit, |comment| limit.min(comment.start));
        let range = (content.start - self.offset) as usize..(end.max(content.start) - self.offset) as usize;
        let mut text = self.text.get(range).unwrap_or_default().trim_end();
        while let Some(before) = text.strip_suffix("\\") {
            text = before.trim_end();
        }
        Span::new(content.start, content.start + u32::try_from(text.len()).unwrap_or(0))
    }
}
