//! [`ShellTree`]: the productions of a shell text with all their tokens, for layout.
//!
//! Unlike [`ShellScript`](super::ShellScript), which describes what is run, a tree accounts for every byte that is not
//! white space: keywords, operators, words. Productions refer to tokens by index.

mod build;
mod cursor;
#[cfg(test)]
mod tests;

use std::ops::Range;

use dockerfile_syntax::Span;

/// The productions of one shell text. See [`parse_tree`].
#[derive(Debug, Clone)]
pub struct ShellTree {
    /// In source order. Between two of them there is only white space and continuations.
    pub tokens: Vec<Span>,
    pub list: List,
}

/// Indices of neighboring tokens.
pub type Tokens = Range<usize>;

/// Statements, one after the other.
#[derive(Debug, Clone)]
pub struct List {
    pub statements: Vec<Statement>,
    pub tokens: Tokens,
}

#[derive(Debug, Clone)]
pub struct Statement {
    pub chain: AndOrList,
    /// The `;` or `&` after it.
    pub end: Option<usize>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone)]
pub struct AndOrList {
    /// Each with the operator before it; the first has none.
    pub pipelines: Vec<(Option<usize>, Pipeline)>,
    pub tokens: Tokens,
}

/// Commands joined by `|` and `|&`.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Each with the operator before it; the first has none.
    pub commands: Vec<(Option<usize>, Command)>,
    pub tokens: Tokens,
}

#[derive(Debug, Clone)]
pub struct Command {
    pub kind: CommandKind,
    /// All tokens, redirections and a leading `!` included.
    pub tokens: Tokens,
    /// The `!` before it.
    pub negation: Tokens,
    /// The redirections of a compound command; those of a simple one are among its words.
    pub redirections: Tokens,
}

impl Command {
    #[must_use]
    pub fn is_simple(&self) -> bool {
        matches!(self.kind, CommandKind::Simple(_))
    }
}

#[derive(Debug, Clone)]
pub enum CommandKind {
    /// Assignments, words and redirections, in source order.
    Simple(Tokens),
    /// `[[ … ]]` and `(( … ))`: one token.
    Opaque,
    /// `{ … }` and `( … )`.
    Group {
        open: usize,
        body: List,
        close: usize,
    },
    /// `if` and each `elif`, then `else`.
    If {
        branches: Vec<Branch>,
        otherwise: Option<(usize, List)>,
        end: usize,
    },
    Loop {
        header: LoopHeader,
        body_keyword: usize,
        body: List,
        end: usize,
    },
    Case {
        /// `case WORD in`.
        header: Tokens,
        items: Vec<CaseItem>,
        end: usize,
    },
    Function {
        /// `name ()`.
        header: Tokens,
        body: Box<Command>,
    },
}

/// A condition and the commands that depend on it.
#[derive(Debug, Clone)]
pub struct Branch {
    /// `if` or `elif`.
    pub keyword: usize,
    pub condition: List,
    /// `then`.
    pub then: usize,
    pub body: List,
}

#[derive(Debug, Clone)]
pub enum LoopHeader {
    /// `while` and `until`.
    Condition { keyword: usize, condition: List },
    /// `for NAME in WORDS;`
    Words {
        /// `for NAME in`, or `for NAME`, or `for (( … ))`.
        name: Tokens,
        words: Tokens,
        end: Option<usize>,
    },
}

#[derive(Debug, Clone)]
pub struct CaseItem {
    /// With the `)` and the optional `(`.
    pub pattern: Tokens,
    pub body: List,
    /// `;;`, `;&` or `;;&`.
    pub end: Option<usize>,
    pub tokens: Tokens,
}

pub use build::parse_tree;
