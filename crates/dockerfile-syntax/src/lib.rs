#![doc = include_str!("../README.md")]
//!
//! # How it works
//!
//! [`parse`] cuts a file into items (byte-order mark, parser directives, comments, blank lines, instructions) that
//! tile it. Each instruction is read from its *logical line*: the text without continuations, and without comments
//! and blank lines inside them. Words carry that text and the span they came from.
//!
//! `reader` walks the lines and makes the items; `logical` joins lines, `instruction` parses them with the help of a
//! file for each family; `dump` writes a tree as JSON.

mod ast;
mod check_options;
mod command;
mod comments;
mod csv;
mod declarations;
mod directives;
mod dump;
mod duration;
mod error;
mod flags;
mod from;
mod frontend;
mod healthcheck;
mod heredoc;
mod heredoc_words;
mod instruction;
mod json;
mod line_index;
mod lines;
mod logical;
mod mounts;
mod pairs;
mod paths;
mod quoted_words;
mod reader;
mod run;
mod span;
mod white_space;
mod words;

pub use ast::*;
pub use check_options::{CheckOptions, CheckOptionsFault, CheckSet};
pub use comments::AttachedComment;
pub use dump::{Dump, dump};
pub use error::{
    ErrorKind, FrontendPhase, SyntaxError, closest_spelling, join_with_and, join_with_or, quote_excerpt,
};
pub use flags::KnownFlag;
pub use line_index::{LineColumn, LineIndex};
pub use mounts::{Mount, MountField, MountKey};
pub use span::Span;

/// Parses any bytes and never fails: unreadable instructions are kept as [`Kind::Unknown`], with an error.
#[must_use]
pub fn parse(source: &[u8]) -> Dockerfile<'_> {
    reader::parse_file(source)
}

impl Dockerfile<'_> {
    /// The error that BuildKit would print: the first error of the first phase that has one.
    #[must_use]
    pub fn first_refusal(&self) -> Option<&SyntaxError> {
        self.errors.iter().min_by_key(|error| error.phase)
    }
}
