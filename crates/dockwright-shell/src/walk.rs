//! The walk over shuck's tree that fills a [`ShellScript`].
//!
//! shuck bounds the nesting of its tree (100 levels) and the length of chains (1,000 links). Here, chains are
//! processed in loops, and nesting by recursion.

use shuck_ast::{
    BinaryOp, Command as Tree, CompoundCommand, Span as Found, Stmt, StmtSeq, StmtTerminator, Word,
};

use super::stop::ParseStop;
use super::{
    CommandPlace, Connector, ListConnector, ListItem, ListNode, ParseOutcome, ShellScript, ShellWord,
};
use dockerfile_syntax::Span;

/// A word and its literal value, if it has one.
pub(super) type WordWithValue = (ShellWord, Option<String>);

pub(super) struct ScriptWalk<'t> {
    pub(super) text: &'t str,
    pub(super) offset: u32,
    pub(super) script: ShellScript,
    /// Words that the next simple command lost to a `time` before it.
    pub(super) taken: usize,
    /// Positions at which ShellCheck stops and shuck does not, in no particular order.
    pub(super) stops: Vec<ParseStop>,
}

impl<'t> ScriptWalk<'t> {
    pub(super) fn new(text: &'t str, offset: u32) -> Self {
        Self { text, offset, script: ShellScript::default(), taken: 0, stops: Vec::new() }
    }

    /// The script, or the first position at which ShellCheck stops.
    pub(super) fn into_script(
        mut self,
        body: &StmtSeq,
        reading: ParseOutcome,
    ) -> Result<ShellScript, ParseStop> {
        self.script.reading = reading;
        self.visit_list(body, CommandPlace::Top, true);
        if let Some(stop) = self.stops.iter().min_by_key(|stop| (stop.at, !stop.partial)).copied() {
            return Err(stop);
        }
        if let Some(last) = body.last() {
            let end = self.connector_after_statement(last);
            self.script.end = (end.connector != Connector::Newline).then_some(end);
        }
        self.script.comments.sort_unstable();
        self.script.comments.dedup();
        self.script.comparisons.sort_unstable();
        self.trim_list_items();
        Ok(self.script)
    }

    /// The bytes of a span of shuck's, with its ends moved outwards to character boundaries.
    pub(super) fn slice(&self, span: Found) -> &'t str {
        let span = self.clamped_range(span);
        self.text.get(span).unwrap_or_default()
    }

    pub(super) fn span(&self, span: Found) -> Span {
        let span = self.clamped_range(span);
        let at = |offset: usize| self.offset.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(at(span.start), at(span.end))
    }

    pub(super) fn clamped_range(&self, span: Found) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start.offset().min(self.text.len()));
        let end = self.text.ceil_char_boundary(span.end.offset().min(self.text.len()));
        start..end.max(start)
    }

    /// A list; `top` if it is the script itself.
    pub(super) fn visit_list(&mut self, list: &StmtSeq, place: CommandPlace, top: bool) {
        self.add_comments(list.leading_comments.iter().chain(&list.trailing_comments));
        self.check_list(list, top);
        let mut joint = None;
        for stmt in list.iter() {
            self.add_comments(stmt.leading_comments.iter().chain(&stmt.inline_comment));
            self.visit_and_or_list(stmt, place, joint, top);
            joint = Some(self.connector_after_statement(stmt));
        }
    }

    fn add_comments<'c>(&mut self, comments: impl Iterator<Item = &'c shuck_ast::Comment>) {
        for comment in comments {
            let at = |offset: shuck_ast::TextSize| self.offset.saturating_add(offset.to_u32());
            let span = Span::new(at(comment.range.start()), at(comment.range.end()));
            self.script.comments.push(span);
        }
    }

    /// The connector between a statement and the next one.
    fn connector_after_statement(&self, stmt: &Stmt) -> ListConnector {
        let connector = match stmt.terminator {
            Some(StmtTerminator::Semicolon) => Connector::Sequence,
            Some(StmtTerminator::Background(_)) => Connector::Background,
            None => Connector::Newline,
        };
        // The positions of newlines in the top-level list are determined at the end.
        let end = Span::empty(self.span(stmt.span).end);
        let span = stmt.terminator_span.map_or(end, |span| self.span(span));
        ListConnector { connector, span }
    }

    /// Elements joined by `&&` and `||`.
    pub(super) fn visit_and_or_list(
        &mut self,
        stmt: &Stmt,
        place: CommandPlace,
        joint: Option<ListConnector>,
        top: bool,
    ) {
        for (stmt, joint) in
            self.operands_of_binary_chain(stmt, joint, |op| matches!(op, BinaryOp::And | BinaryOp::Or))
        {
            let stages = self
                .operands_of_binary_chain(stmt, joint, |op| matches!(op, BinaryOp::Pipe | BinaryOp::PipeAll));
            let at = top.then_some(self.script.list.len());
            if top {
                let (span, negated) = (self.span_without_closing_bracket(stmt), stmt.negated);
                self.script.list.push(ListItem { span, joint, node: ListNode::Pipeline, negated });
            }
            if let [(stage, joint)] = stages.as_slice() {
                let node = self.visit_element(stage, place, *joint);
                if let Some(item) = at.and_then(|at| self.script.list.get_mut(at)) {
                    item.node = node;
                }
            } else {
                self.script.pipes = true;
                for (stage, joint) in stages {
                    self.visit_element(stage, place, joint);
                }
            }
        }
    }

    /// The operands of a left-nested chain of these operators, each with the operator before it.
    pub(super) fn operands_of_binary_chain<'a>(
        &self,
        stmt: &'a Stmt,
        first: Option<ListConnector>,
        of: impl Fn(BinaryOp) -> bool,
    ) -> Vec<(&'a Stmt, Option<ListConnector>)> {
        let mut operands = Vec::new();
        let mut current = stmt;
        while let Tree::Binary(binary) = &current.command
            && of(binary.op)
        {
            let connector = match binary.op {
                BinaryOp::And => Connector::And,
                BinaryOp::Or => Connector::Or,
                BinaryOp::Pipe | BinaryOp::PipeAll => Connector::Pipe,
            };
            operands
                .push((&*binary.right, Some(ListConnector { connector, span: self.span(binary.op_span) })));
            current = &binary.left;
        }
        operands.push((current, first));
        operands.reverse();
        operands
    }

    fn visit_element(&mut self, stmt: &Stmt, place: CommandPlace, joint: Option<ListConnector>) -> ListNode {
        let inner = if place == CommandPlace::Top { CommandPlace::Compound } else { place };
        let node = match &stmt.command {
            Tree::Simple(_) | Tree::Builtin(_) | Tree::Decl(_) => {
                return self.add_simple_command(stmt, place, joint);
            }
            Tree::Binary(_) => {
                self.visit_and_or_list(stmt, place, joint, false);
                ListNode::Compound
            }
            Tree::Compound(CompoundCommand::Time(time)) => {
                self.add_timed_command(time, stmt, place, joint);
                ListNode::Compound
            }
            Tree::Compound(compound) => {
                self.visit_compound(compound, inner);
                ListNode::Compound
            }
            Tree::Function(function) => {
                self.visit_and_or_list(&function.body, inner, None, false);
                ListNode::Compound
            }
            Tree::AnonymousFunction(function) => {
                self.visit_and_or_list(&function.body, inner, None, false);
                ListNode::Compound
            }
        };
        stmt.redirects.iter().for_each(|redirect| self.visit_redirect(redirect));
        node
    }
}

/// Whether the word is the placeholder of shuck for a missing word.
pub(super) fn is_missing(name: &Word) -> bool {
    name.span.start.offset() == name.span.end.offset()
}
