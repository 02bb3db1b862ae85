//! [`SyntaxError`]: what BuildKit refuses.

use crate::source::Span;

/// The step of BuildKit's frontend that refuses. It stops at its first error, phase by phase; dockwright
/// records them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Looking for `syntax` and `check` directives.
    Directives,
    /// Lines to nodes: continuations, heredocs, JSON, key/value pairs.
    Parse,
    /// Nodes to instructions: arity, flags.
    Instructions,
    /// Stage graph, base images, variables, dispatch.
    Convert,
}

/// One thing that BuildKit refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub phase: Phase,
    /// The words that are wrong.
    pub span: Span,
    /// The bytes whose lines BuildKit names: first line of `location` to the line of its last byte.
    /// `None` where BuildKit names no line.
    pub location: Option<Span>,
    /// What is wrong, in the words of the file; one line, no `: `.
    pub message: String,
    pub help: Option<String>,
    /// A spelling that would be valid, for the bytes of the span given.
    pub suggestion: Option<(Span, String)>,
    /// Whether hadolint refuses the file for this too. What only BuildKit refuses is silent in hadolint mode.
    pub hadolint_refuses: bool,
    /// An instruction or flag that a newer or another frontend may know: `info` where `# syntax=` names another.
    pub unknown_name: bool,
}
