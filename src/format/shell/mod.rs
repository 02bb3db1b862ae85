//! The printers of shell productions. [`ShellPrinter`] contains the shared code; each group of productions has a
//! file.

mod command;
mod compound;
mod install;
mod list;
mod operators;

pub(super) use compound::has_broken_compound;
pub(super) use install::PackageWords;
pub(super) use operators::OperatorLayout;

use std::ops::Range;

use super::options::FormatOptions;
use super::tokens::Tokens;
use super::writer::{INDENT, LineWriter};
use crate::shell::tree::ShellTree;

/// The layout of all commands of a file.
pub(super) struct ShellLayout<'f> {
    pub options: &'f FormatOptions,
    pub operators: &'f OperatorLayout,
    pub packages: &'f PackageWords,
}

/// A shell text that is being printed.
pub(super) struct ShellPrinter<'w, 't, 's, 'f> {
    writer: &'w mut LineWriter<'t, 's>,
    tree: &'f ShellTree,
    /// The index of the tree's first token among those of the instruction.
    first: usize,
    layout: &'f ShellLayout<'f>,
    /// The number of lines when the current statement began.
    opened_at: usize,
}

impl<'w, 't, 's, 'f> ShellPrinter<'w, 't, 's, 'f> {
    pub(super) fn new(
        writer: &'w mut LineWriter<'t, 's>,
        tree: &'f ShellTree,
        first: usize,
        layout: &'f ShellLayout<'f>,
    ) -> Self {
        Self { writer, tree, first, layout, opened_at: 1 }
    }

    /// The whole text, from the current line on.
    pub(super) fn print_script(mut self) {
        let tree = self.tree;
        self.print_list(&tree.list, INDENT, true);
    }

    fn token_index(&self, index: usize) -> usize {
        self.first + index
    }

    fn token_range(&self, range: &Range<usize>) -> Range<usize> {
        self.token_index(range.start)..self.token_index(range.end)
    }

    fn print_token(&mut self, index: usize) {
        let at = self.token_index(index);
        self.writer.print_token(at);
    }

    fn print_tokens(&mut self, range: &Range<usize>) {
        let range = self.token_range(range);
        self.writer.print_tokens(range);
    }

    fn width(&self, range: &Range<usize>) -> usize {
        self.writer.tokens.width(&self.token_range(range))
    }

    /// Whether the author continued the line inside the range.
    fn is_continued_by_author(&self, range: &Range<usize>) -> bool {
        self.writer.tokens.is_continued_by_author(&self.token_range(range))
    }

    fn needs_several_lines(&self, range: &Range<usize>) -> bool {
        self.writer.tokens.needs_several_lines(&self.token_range(range))
    }

    /// Whether the author continued the line before or after an operator.
    fn is_broken_at(&self, operator: usize) -> bool {
        let at = self.token_index(operator);
        self.writer.tokens.is_broken_before(at) || self.writer.tokens.is_broken_before(at + 1)
    }

    /// Whether this many more columns fit on a line that begins or continues at `column`.
    fn fits_on_line(&self, column: usize, more: usize) -> bool {
        column + more <= self.layout.options.line_width
    }
}

/// The columns of ` \` at the end of a line.
const CONTINUATION: usize = 2;

/// Adds the tokens of a tree to those of the instruction.
pub(super) fn push_tree_tokens(tokens: &mut Tokens<'_>, tree: &ShellTree) {
    let glue = operators::token_spacing(tokens, tree);
    for (span, space) in tree.tokens.iter().zip(glue) {
        tokens.push(*span, space);
    }
}
