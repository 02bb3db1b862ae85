//! The top-level list of a script.

use super::{Connector, ParseOutcome, ShellScript};
use dockerfile_syntax::Span;

/// One element of the list: `a`, `a | b`, `{ a; b; }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// From its first to after its last byte; redirections included, connectors not.
    pub span: Span,
    /// The connector before it; `None` for the first element.
    pub joint: Option<ListConnector>,
    pub node: ListNode,
    /// Whether `!` precedes it.
    pub negated: bool,
}

/// A connector and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListConnector {
    pub connector: Connector,
    pub span: Span,
}

/// The kind of an element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListNode {
    /// A simple command: its index in [`ShellScript::commands`].
    Command(usize),
    /// Assignments or redirections without a command.
    Bare,
    /// `[ … ]`
    Test,
    Pipeline,
    /// A group, loop, condition, function …; `[[ … ]]`, `(( … ))` and a timed command, too.
    Compound,
}

impl ShellScript {
    /// Whether it consists only of simple commands joined by `&&`: no negation, no comment, nothing after the last
    /// one.
    pub fn is_pure_and_list(&self) -> bool {
        self.reading == ParseOutcome::Complete
            && !self.list.is_empty()
            && self.comments.is_empty()
            && self.end.is_none()
            && self.list.iter().enumerate().all(|(at, item)| {
                matches!(item.node, ListNode::Command(_))
                    && !item.negated
                    && (at == 0 || item.joint.is_some_and(|joint| joint.connector == Connector::And))
            })
    }
}
