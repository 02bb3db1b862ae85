//! Groups, conditions, loops, cases and functions.

use super::{CONTINUATION, INDENT, ShellPrinter};
use crate::format::tokens::Tokens;
use crate::shell::tree::{CaseItem, Command, CommandKind, List, LoopHeader, ShellTree};

impl ShellPrinter<'_, '_, '_, '_> {
    /// A compound command on several lines.
    pub(super) fn print_compound(&mut self, command: &Command, indent: usize) {
        self.print_tokens(&command.negation);
        match &command.kind {
            CommandKind::Group { open, body, close } => {
                self.print_token(*open);
                self.print_compound_body(body, indent);
                self.print_closing_keyword(*close, indent);
            }
            CommandKind::If { branches, otherwise, end } => {
                for (at, branch) in branches.iter().enumerate() {
                    if at > 0 {
                        self.writer.start_line(indent);
                    }
                    self.writer.hang = indent + INDENT;
                    self.print_token(branch.keyword);
                    self.print_inline_list(&branch.condition, indent, KEYWORD);
                    self.print_token(branch.then);
                    self.print_compound_body(&branch.body, indent);
                }
                if let Some((keyword, body)) = otherwise {
                    self.print_closing_keyword(*keyword, indent);
                    self.print_compound_body(body, indent);
                }
                self.print_closing_keyword(*end, indent);
            }
            CommandKind::Loop { header, body_keyword, body, end } => {
                self.print_loop_header(header, indent);
                self.print_token(*body_keyword);
                self.print_compound_body(body, indent);
                self.print_closing_keyword(*end, indent);
            }
            CommandKind::Case { header, items, end } => {
                self.print_tokens(header);
                for (at, item) in items.iter().enumerate() {
                    self.writer.start_line(indent + INDENT);
                    if at > 0 {
                        self.writer.keep_empty_line(
                            self.token_index(item.tokens.start - 1),
                            self.token_index(item.tokens.start),
                        );
                    }
                    self.print_case_item(item, indent + INDENT);
                }
                self.print_closing_keyword(*end, indent);
            }
            CommandKind::Function { header, body } => {
                self.print_tokens(header);
                self.print_command(body, indent, 0);
            }
            CommandKind::Simple(_) | CommandKind::Opaque => {}
        }
        self.print_tokens(&command.redirections);
    }

    /// The number of columns that a compound command takes on its first line.
    pub(super) fn header_width(&self, command: &Command) -> usize {
        let tokens = match &command.kind {
            CommandKind::Group { open, .. } => command.tokens.start..open + 1,
            CommandKind::If { branches, .. } => {
                command.tokens.start..branches.first().map_or(command.tokens.end, |branch| branch.then + 1)
            }
            CommandKind::Loop { body_keyword, .. } => command.tokens.start..body_keyword + 1,
            CommandKind::Case { header, .. } => command.tokens.start..header.end,
            CommandKind::Function { header, .. } => command.tokens.start..header.end + 1,
            CommandKind::Simple(_) | CommandKind::Opaque => {
                command.tokens.start..command.tokens.end.min(command.tokens.start + 1)
            }
        };
        self.width(&tokens) + CONTINUATION
    }

    /// The commands between two keywords, on separate lines.
    fn print_compound_body(&mut self, body: &List, indent: usize) {
        self.writer.start_line(indent + INDENT);
        self.print_list(body, indent + INDENT, false);
    }

    /// A keyword on a separate line.
    fn print_closing_keyword(&mut self, keyword: usize, indent: usize) {
        self.writer.start_line(indent);
        self.writer.hang = indent;
        self.print_token(keyword);
    }

    fn print_loop_header(&mut self, header: &LoopHeader, indent: usize) {
        match header {
            LoopHeader::Condition { keyword, condition } => {
                self.writer.hang = indent + INDENT;
                self.print_token(*keyword);
                self.print_inline_list(condition, indent, KEYWORD);
            }
            LoopHeader::Words { name, words, end } => {
                self.print_tokens(name);
                let all = name.end.saturating_sub(1)..words.end;
                let fits = self.fits_on_line(self.writer.column() + 1, self.width(words) + KEYWORD + 1);
                if words.is_empty()
                    || (fits && !self.is_continued_by_author(&all) && !self.needs_several_lines(words))
                {
                    self.print_tokens(words);
                } else {
                    self.print_loop_words(words, indent);
                    // Without this line, the last word would look like the first command of the body.
                    self.writer.start_line(indent);
                }
                if let Some(end) = end {
                    let at = self.token_index(*end);
                    self.writer.print_trailing_operator(at);
                }
            }
        }
    }

    /// The words of a loop: those that the author put on one line, or one per line.
    fn print_loop_words(&mut self, words: &std::ops::Range<usize>, indent: usize) {
        let all = words.start.saturating_sub(1)..words.end;
        let keeps = self.is_continued_by_author(&all);
        self.writer.hang = indent + INDENT;
        for at in words.clone() {
            let begins = if keeps { self.writer.tokens.is_broken_before(self.token_index(at)) } else { true };
            if begins || at == words.start {
                self.writer.start_line(indent + INDENT);
            }
            self.print_token(at);
        }
    }

    fn print_case_item(&mut self, item: &CaseItem, indent: usize) {
        let tokens = &item.tokens;
        let is_flat = !self.is_continued_by_author(tokens)
            && !self.needs_several_lines(tokens)
            && self.fits_on_line(indent, self.width(tokens) + CONTINUATION);
        if is_flat {
            self.print_tokens(tokens);
            return;
        }
        self.writer.hang = indent + INDENT;
        self.print_tokens(&item.pattern);
        if !item.body.statements.is_empty() {
            self.print_compound_body(&item.body, indent);
        }
        if let Some(end) = item.end {
            self.writer.start_line(indent + INDENT);
            self.print_token(end);
        }
    }
}

/// Whether the author has a group, condition, loop or case on several lines, which then keeps several lines even if
/// it fits on one.
pub(crate) fn has_broken_compound(tokens: &Tokens<'_>, tree: &ShellTree, first: usize) -> bool {
    let pipelines = tree.list.statements.iter().flat_map(|statement| &statement.chain.pipelines);
    let mut commands = pipelines.flat_map(|(_, pipeline)| &pipeline.commands);
    commands.any(|(_, command)| {
        let is_compound = !matches!(command.kind, CommandKind::Simple(_) | CommandKind::Opaque);
        is_compound
            && tokens.is_continued_by_author(&(first + command.tokens.start..first + command.tokens.end))
    })
}

/// The number of columns of ` then \`.
const KEYWORD: usize = 5 + CONTINUATION;
