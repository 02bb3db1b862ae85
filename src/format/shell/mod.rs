//! The printers of shell productions. [`Shell`] has what they share; one file for each group of productions.

mod command;
mod compound;
mod install;
mod list;
mod operators;

pub use install::Packages;
pub use operators::Operators;

use std::ops::Range;

use super::options::FormatOptions;
use super::tokens::Tokens;
use super::writer::{INDENT, Writer};
use crate::shell::tree::Tree;

/// What holds for all commands of a file.
pub struct Layout<'f> {
    pub options: &'f FormatOptions,
    pub operators: &'f Operators,
    pub packages: &'f Packages,
}

/// A shell text that is being printed.
pub(super) struct Shell<'w, 't, 's, 'f> {
    writer: &'w mut Writer<'t, 's>,
    tree: &'f Tree,
    /// The index of the tree's first token among those of the instruction.
    first: usize,
    layout: &'f Layout<'f>,
    /// The number of lines when the current statement began.
    opened_at: usize,
}

impl<'w, 't, 's, 'f> Shell<'w, 't, 's, 'f> {
    pub fn new(writer: &'w mut Writer<'t, 's>, tree: &'f Tree, first: usize, layout: &'f Layout<'f>) -> Self {
        Self { writer, tree, first, layout, opened_at: 1 }
    }

    /// The whole text, from the current line on.
    pub fn script(mut self) {
        let tree = self.tree;
        self.list(&tree.list, INDENT, true);
    }

    fn at(&self, index: usize) -> usize {
        self.first + index
    }

    fn range(&self, range: &Range<usize>) -> Range<usize> {
        self.at(range.start)..self.at(range.end)
    }

    fn put(&mut self, index: usize) {
        let at = self.at(index);
        self.writer.put(at);
    }

    fn put_all(&mut self, range: &Range<usize>) {
        let range = self.range(range);
        self.writer.put_all(range);
    }

    fn width(&self, range: &Range<usize>) -> usize {
        self.writer.tokens.width(&self.range(range))
    }

    /// Whether the author continued the line inside the range.
    fn is_broken(&self, range: &Range<usize>) -> bool {
        self.writer.tokens.is_broken(&self.range(range))
    }

    fn needs_lines(&self, range: &Range<usize>) -> bool {
        self.writer.tokens.needs_lines(&self.range(range))
    }

    /// Whether the author continued the line before or after an operator.
    fn is_broken_at(&self, operator: usize) -> bool {
        let at = self.at(operator);
        self.writer.tokens.is_broken_before(at) || self.writer.tokens.is_broken_before(at + 1)
    }

    /// Whether this many more columns fit on a line that begins or goes on at `column`.
    fn fits(&self, column: usize, more: usize) -> bool {
        column + more <= self.layout.options.line_width
    }
}

/// The columns of ` \` at the end of a line.
const CONTINUATION: usize = 2;

/// Adds the tokens of a tree to those of the instruction.
pub(super) fn push(tokens: &mut Tokens<'_>, tree: &Tree) {
    let glue = operators::glue(tokens, tree);
    for (span, space) in tree.tokens.iter().zip(glue) {
        tokens.push(*span, space);
    }
}
