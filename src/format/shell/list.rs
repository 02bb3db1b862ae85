//! Lists, chains and pipelines.

use super::operators::ShellOperatorGroup;
use super::{CONTINUATION, INDENT, ShellPrinter};
use crate::shell::tree::{AndOrList, Command, List, Pipeline, Statement};

impl ShellPrinter<'_, '_, '_, '_> {
    /// One statement per line. `is_script`: whether it is the whole text.
    pub(super) fn print_list(&mut self, list: &List, indent: usize, is_script: bool) {
        let is_sole = list.statements.len() == 1;
        let mut end: Option<usize> = None;
        for (at, statement) in list.statements.iter().enumerate() {
            let first = statement.chain.tokens.start;
            match end {
                Some(end) if is_script && self.is_at_start(ShellOperatorGroup::Sequence, end) => {
                    self.writer.hang = indent + INDENT;
                    self.writer.put_operator_on_new_line(self.first + end, indent);
                }
                _ => {
                    self.print_list_end(end, indent);
                    if at > 0 {
                        self.writer.start_line(indent);
                    }
                }
            }
            if at > 0 {
                let before = first - 1 - usize::from(end.is_some());
                self.writer.keep_empty_line(self.first + before, self.first + first);
            }
            self.writer.hang = if is_script && (is_sole || at == 0) { INDENT } else { indent + INDENT };
            self.opened_at = self.writer.line_count();
            self.print_chain(&statement.chain, indent, is_sole, end_width(statement));
            end = statement.end;
        }
        self.print_list_end(end, indent);
    }

    /// The `;` or `&` after a statement: on the same line, or on its own line if the author placed it there
    /// after a command of several lines.
    fn print_list_end(&mut self, end: Option<usize>, indent: usize) {
        let Some(end) = end else { return };
        let at = self.token_index(end);
        let is_last = end + 1 == self.tree.tokens.len();
        let is_alone = self.writer.tokens.is_broken_before(at)
            && (is_last || self.writer.tokens.is_broken_before(at + 1))
            && self.opened_at < self.writer.line_count();
        if is_alone {
            self.writer.start_line(indent);
        }
        self.writer.print_trailing_operator(at);
    }

    /// Prints statements on one line, as in conditions. `tail`: the number of columns after them on the last line. If
    /// they need several lines, these are indented more than the commands that depend on the condition.
    pub(super) fn print_inline_list(&mut self, list: &List, indent: usize, tail: usize) {
        let is_simple =
            |(_, pipeline): &(_, Pipeline)| pipeline.commands.iter().all(|(_, command)| command.is_simple());
        for statement in &list.statements {
            let all_simple = statement.chain.pipelines.iter().all(is_simple);
            let indent = if all_simple { indent + INDENT } else { indent };
            self.print_chain(&statement.chain, indent, false, end_width(statement) + tail);
            self.opened_at = self.writer.line_count();
            self.print_list_end(statement.end, indent);
        }
    }

    /// `is_sole`: whether the text contains nothing else, so that its lines do not have to be indented more than the
    /// first.
    fn print_chain(&mut self, chain: &AndOrList, indent: usize, is_sole: bool, tail: usize) {
        let [(_, only)] = chain.pipelines.as_slice() else {
            return self.print_and_or_list(chain, indent, is_sole, tail);
        };
        self.print_pipeline(only, indent, is_sole, tail);
    }

    /// Pipelines with `&&` and `||` between them.
    fn print_and_or_list(&mut self, chain: &AndOrList, indent: usize, is_sole: bool, tail: usize) {
        let alternatives = self.split_at_and(chain);
        let many = alternatives.len() > 1;
        let goes_on = if is_sole { indent } else { indent + INDENT };
        let is_inline = (!is_sole || !many) && self.is_inline(&chain.pipelines, indent, tail);
        for (at, group) in alternatives.iter().enumerate() {
            let line = if at == 0 { indent } else { goes_on };
            let tail = if at + 1 == alternatives.len() { tail } else { AND };
            let first = group.first().and_then(|(operator, _)| *operator);
            if let Some(operator) = first.filter(|_| at > 0) {
                self.print_joining_operator(ShellOperatorGroup::Chain, operator, goes_on, is_inline);
            }
            let inner = if many { line + INDENT } else { goes_on };
            let is_short = is_inline || self.is_inline(group, line, tail);
            for (number, (operator, pipeline)) in group.iter().enumerate() {
                if let Some(operator) = operator.filter(|_| number > 0) {
                    self.print_joining_operator(ShellOperatorGroup::Chain, operator, inner, is_short);
                }
                let line = if number == 0 || is_short { line } else { inner };
                let is_sole = is_sole && !many && group.len() == 1;
                let tail = if number + 1 == group.len() { tail } else { AND };
                self.print_pipeline(pipeline, line, is_sole, tail);
            }
        }
    }

    /// The parts of a chain between its `&&` operators; each is a series of alternatives.
    fn split_at_and<'c>(&self, chain: &'c AndOrList) -> Vec<&'c [(Option<usize>, Pipeline)]> {
        let is_and = |operator: Option<usize>| {
            operator.is_some_and(|at| self.writer.tokens.get(self.token_index(at)).text == "&&")
        };
        chain.pipelines.chunk_by(|_, (operator, _)| !is_and(*operator)).collect()
    }

    /// An operator between two commands: on the same line as both, or at the start of a line.
    fn print_joining_operator(
        &mut self,
        kind: ShellOperatorGroup,
        operator: usize,
        indent: usize,
        is_inline: bool,
    ) {
        let at = self.token_index(operator);
        if is_inline {
            self.writer.print_trailing_operator(at);
        } else if self.is_at_start(kind, operator) {
            self.writer.hang = indent;
            self.writer.put_operator_on_new_line(at, indent);
        } else {
            self.writer.print_trailing_operator(at);
            self.writer.start_line(indent);
        }
        if !is_inline && kind == ShellOperatorGroup::Chain {
            self.writer.keep_empty_line(at - 1, at + 1);
        }
        if !is_inline {
            self.writer.hang = indent + INDENT;
        }
    }

    fn is_at_start(&self, kind: ShellOperatorGroup, operator: usize) -> bool {
        let at = self.token_index(operator);
        let broken = (self.writer.tokens.is_broken_before(at), self.writer.tokens.is_broken_before(at + 1));
        self.layout.operators.is_at_start(kind, broken)
    }

    fn print_pipeline(&mut self, pipeline: &Pipeline, indent: usize, is_sole: bool, tail: usize) {
        let is_inline = {
            let only = [(None, pipeline)];
            self.pipelines_fit_on_one_line(&only, indent, tail)
        };
        let goes_on = if is_sole { indent } else { indent + INDENT };
        for (at, (operator, command)) in pipeline.commands.iter().enumerate() {
            if let Some(operator) = operator {
                self.print_joining_operator(ShellOperatorGroup::Pipe, *operator, goes_on, is_inline);
            }
            let line = if at == 0 || is_inline { indent } else { goes_on };
            let tail = if at + 1 == pipeline.commands.len() { tail } else { PIPE };
            self.print_command(command, line, tail);
        }
    }

    fn is_inline(&self, pipelines: &[(Option<usize>, Pipeline)], indent: usize, tail: usize) -> bool {
        let all: Vec<_> = pipelines.iter().map(|(operator, pipeline)| (*operator, pipeline)).collect();
        self.pipelines_fit_on_one_line(&all, indent, tail)
    }

    /// Whether the commands can go on one line, except for compound commands, which have separate lines.
    fn pipelines_fit_on_one_line(
        &self,
        pipelines: &[(Option<usize>, &Pipeline)],
        indent: usize,
        tail: usize,
    ) -> bool {
        let all = pipelines.iter().enumerate().flat_map(|(at, (operator, pipeline))| {
            let operator = operator.filter(|_| at > 0);
            pipeline.commands.iter().map(move |(inner, command)| (inner.or(operator), command))
        });
        let mut column = self.writer.column() + 1;
        let commands: Vec<(Option<usize>, &Command)> = all.collect();
        let last = commands.len().saturating_sub(1);
        for (at, (operator, command)) in commands.iter().enumerate() {
            if let Some(operator) = operator {
                if self.is_broken_at(*operator) {
                    return false;
                }
                column += self.width(&(*operator..operator + 1)) + 2;
            }
            let tail = if at == last { tail } else { PIPE };
            let is_flat = !self.takes_several_lines(command, column, tail);
            // A group that fits on a separate line is not broken up.
            let fits_alone = || !self.takes_several_lines(command, indent + INDENT + PIPE, tail);
            if !is_flat && last > 0 && (command.is_simple() || fits_alone()) {
                return false;
            }
            if is_flat {
                column += self.width(&command.tokens);
            } else {
                if !self.fits_on_line(column, self.header_width(command)) {
                    return false;
                }
                column = indent + self.width(&command.redirections) + INDENT;
            }
        }
        last == 0 || self.fits_on_line(column, tail)
    }
}

/// The number of columns of ` && \`.
const AND: usize = 3 + CONTINUATION;
/// The number of columns of ` | \`.
const PIPE: usize = 2 + CONTINUATION;

fn end_width(statement: &Statement) -> usize {
    usize::from(statement.end.is_some()) + CONTINUATION
}
