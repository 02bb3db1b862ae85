//! The top-level list of a script, for those who take it apart.

use super::{Connector, ReadOutcome, ShellScript};
use dockerfile_syntax::Span;

/// One element of the list: `a`, `a | b`, `{ a; b; }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// From its first to after its last byte; redirections included, connectors not.
    pub span: Span,
    /// What ties it to the element before it; `None` for the first.
    pub joint: Option<ListConnector>,
    pub node: ListNode,
    /// `!` precedes it.
    pub negated: bool,
}

/// A connector and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListConnector {
    pub connector: Connector,
    pub span: Span,
}

/// What an element of a list is.
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
    /// Whether it is simple commands tied by `&&` and nothing else: nothing negated, no comment, nothing after
    /// the last one.
    pub fn is_pure_and_list(&self) -> bool {
        self.reading == ReadOutcome::Complete
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
