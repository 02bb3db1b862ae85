//! Simple commands.

use std::ops::Range;

use super::{CONTINUATION, INDENT, ShellPrinter};
use crate::shell::tree::{Command, CommandKind};

impl ShellPrinter<'_, '_, '_, '_> {
    /// Prints a command that begins on a line with this indentation. `tail`: the number of columns after it on its
    /// last line.
    pub(super) fn print_command(&mut self, command: &Command, indent: usize, tail: usize) {
        let column = self.writer.column() + 1;
        if !self.takes_several_lines(command, column, tail) {
            self.print_tokens(&command.tokens);
            return;
        }
        match &command.kind {
            CommandKind::Simple(_) => self.print_simple_command(command, indent),
            CommandKind::Opaque => self.print_tokens(&command.tokens),
            _ => self.print_compound(command, indent),
        }
    }

    /// Whether a command takes several lines if it begins at this column.
    pub(super) fn takes_several_lines(&self, command: &Command, column: usize, tail: usize) -> bool {
        let tokens = &command.tokens;
        match &command.kind {
            CommandKind::Opaque => false,
            CommandKind::Simple(_) => {
                self.is_continued_by_author(tokens)
                    || !self.fits_on_line(column, self.width(tokens) + tail)
                        && self.splitting_shortens_command(command)
            }
            _ => {
                self.is_continued_by_author(tokens)
                    || self.needs_several_lines(tokens)
                    || !self.fits_on_line(column, self.width(tokens) + tail)
            }
        }
    }

    /// Groups of words, one per line: packages, or options with their values, or the words that the author put on one
    /// line.
    fn print_simple_command(&mut self, command: &Command, indent: usize) {
        self.writer.hang = indent + INDENT;
        let column = self.writer.column() + 1;
        let program = self.index_of_program(&command.tokens);
        // How many `\(` of an expression of `find` or `test` are open.
        let mut depth = 0_usize;
        for (at, group) in self.split_into_groups(command, column, indent).into_iter().enumerate() {
            if at > 0 {
                // The program is below the variables that are set for it.
                let is_program = program.is_some_and(|program| group.start <= program);
                let closes = usize::from(closes_test_group(self.text(group.start)));
                let inner = if is_program { 0 } else { 1 + depth.saturating_sub(closes) };
                self.writer.start_line(indent + inner * INDENT);
                self.writer.keep_empty_line(self.token_index(group.start - 1), self.token_index(group.start));
            }
            let words = || group.clone().map(|at| self.text(at));
            depth += words().filter(|word| opens_test_group(word)).count();
            depth = depth.saturating_sub(words().filter(|word| closes_test_group(word)).count());
            self.print_tokens(&group);
        }
    }

    /// The index of the program, if assignments precede it.
    fn index_of_program(&self, tokens: &Range<usize>) -> Option<usize> {
        let program = tokens.clone().find(|at| !is_assignment(self.text(*at)))?;
        (program > tokens.start).then_some(program)
    }

    /// Whether splitting the command makes its lines shorter.
    fn splitting_shortens_command(&self, command: &Command) -> bool {
        let groups = self.split_into_groups(command, 2 * INDENT, INDENT);
        let is_split = groups.len() > if self.first_package(command).is_some() { 1 } else { 2 };
        is_split
            && groups
                .iter()
                .skip(1)
                .all(|group| self.fits_on_line(2 * INDENT, self.width(group) + CONTINUATION))
    }

    /// `column` is where the command begins, `indent` the indentation of its line.
    fn split_into_groups(&self, command: &Command, column: usize, indent: usize) -> Vec<Range<usize>> {
        let tokens = command.tokens.clone();
        if let Some(first) = self.first_package(command) {
            let mut groups = self.split_line(&(tokens.start..first), column, indent);
            groups.extend(self.package_groups(&(first..tokens.end)));
            return groups;
        }
        if self.is_continued_by_author(&tokens) {
            self.split_line(&tokens, column, indent)
        } else {
            self.option_groups(&tokens)
        }
    }

    /// The author's line, divided further if it is too long.
    fn split_line(&self, tokens: &Range<usize>, column: usize, indent: usize) -> Vec<Range<usize>> {
        let lines =
            self.split(tokens, |shell, at| shell.writer.tokens.is_broken_before(shell.token_index(at)));
        let mut groups: Vec<Range<usize>> = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            let start = if at == 0 { column } else { indent + INDENT };
            let is_long = !self.fits_on_line(start, self.width(&line) + CONTINUATION);
            if !is_long || self.needs_several_lines(&line) {
                groups.push(line);
            } else if at == 0 {
                groups.extend(self.option_groups(&line));
            } else {
                groups.extend(self.argument_groups(&line));
            }
        }
        groups
    }

    /// The first package that the command installs.
    fn first_package(&self, command: &Command) -> Option<usize> {
        command.tokens.clone().find(|at| self.is_package(*at))
    }

    fn is_package(&self, at: usize) -> bool {
        self.layout.packages.contains(self.writer.tokens.get(self.token_index(at)).span)
    }

    /// One package per line, from the first one on.
    fn package_groups(&self, tokens: &Range<usize>) -> Vec<Range<usize>> {
        self.split(tokens, |shell, at| {
            shell.is_package(at)
                || (shell.is_option(at) && !shell.has_no_space_before(at))
                || shell.is_after_package(at)
        })
    }

    /// Whether a word follows a package, and is not a redirection.
    fn is_after_package(&self, at: usize) -> bool {
        self.is_package(at - 1) && !self.is_redirection(at)
    }

    /// The name of the program with its subcommands and leading options, then options with their values.
    fn option_groups(&self, tokens: &Range<usize>) -> Vec<Range<usize>> {
        let name = tokens.clone().find(|at| !self.text(*at).contains('=') && self.text(*at) != "!");
        let mut name = name.unwrap_or(tokens.start);
        // A program that is run by another one begins the group.
        while let Some(program) = match self.text(name) {
            "sudo" | "exec" | "nice" | "time" => Some(name + 1),
            "gosu" | "su-exec" => Some(name + 2),
            _ => None,
        } {
            if program >= tokens.end || self.is_option(program) {
                break;
            }
            name = program;
        }
        if STAY_TOGETHER.contains(&self.text(name)) {
            return std::iter::once(tokens.clone()).collect();
        }
        let mut end = name + 1;
        let first_operands = FILE_PROGRAMS.iter().find(|(program, _)| *program == self.text(name));
        if let Some((_, first_operands)) = first_operands {
            while end < tokens.end && self.is_option(end) {
                end += 1 + usize::from(OPTIONS_WITH_VALUES.contains(&self.text(end)));
            }
            end = (end + first_operands).min(tokens.end);
        } else {
            while end < tokens.end && end < name + 3 && is_subcommand(self.text(end)) {
                end += 1;
            }
        }
        let mut groups: Vec<Range<usize>> = std::iter::once(tokens.start..end).collect();
        groups.extend(self.argument_groups(&(end..tokens.end)));
        groups
    }

    /// Options with their values; other words one by one. Redirections stay with what is before them.
    fn argument_groups(&self, tokens: &Range<usize>) -> Vec<Range<usize>> {
        let mut start = tokens.start;
        self.split(tokens, |shell, at| {
            let is_value =
                at == start + 1 && shell.is_option(start) && !shell.text(start).contains(['=', ':']);
            let begins = !shell.has_no_space_before(at)
                && !shell.is_redirection(at)
                && !shell.is_redirection(at - 1)
                && (shell.is_option(at) || !is_value);
            if begins {
                start = at;
            }
            begins
        })
    }

    /// Splits a range before the tokens for which `begins` is true.
    fn split(
        &self,
        tokens: &Range<usize>,
        mut begins: impl FnMut(&Self, usize) -> bool,
    ) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        let mut start = tokens.start;
        for at in tokens.start + 1..tokens.end {
            if begins(self, at) {
                groups.push(start..at);
                start = at;
            }
        }
        if start < tokens.end {
            groups.push(start..tokens.end);
        }
        groups
    }

    fn text(&self, at: usize) -> &str {
        &self.writer.tokens.get(self.token_index(at)).text
    }

    fn is_option(&self, at: usize) -> bool {
        let text = self.text(at);
        text.starts_with('-') && text.len() > 1
    }

    /// Whether there is no space before the token.
    fn has_no_space_before(&self, at: usize) -> bool {
        !self.writer.tokens.get(self.token_index(at)).space
    }

    /// Whether it is the operator of a redirection.
    fn is_redirection(&self, at: usize) -> bool {
        let text = self.text(at);
        let operator = text.trim_start_matches(|c: char| c.is_ascii_digit());
        operator.starts_with(['<', '>']) || operator.starts_with("&>")
    }
}

/// Programs that take many files, whose options are switches; and how many operands come before the files.
const FILE_PROGRAMS: [(&str, usize); 9] = [
    ("chgrp", 1),
    ("chmod", 1),
    ("chown", 1),
    ("cp", 0),
    ("ln", 0),
    ("mkdir", 0),
    ("mv", 0),
    ("rm", 0),
    ("rmdir", 0),
];

/// The options of these programs that have a value.
const OPTIONS_WITH_VALUES: [&str; 3] = ["-m", "-t", "-S"];

/// `NAME=value`.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Whether a word opens a group in an expression.
fn opens_test_group(text: &str) -> bool {
    matches!(text, "\\(" | "'('" | "\"(\"")
}

fn closes_test_group(text: &str) -> bool {
    matches!(text, "\\)" | "')'" | "\")\"")
}

/// Commands whose arguments depend on each other.
const STAY_TOGETHER: [&str; 12] =
    ["[", "test", "echo", "printf", "export", "find", "sed", "awk", "grep", "eval", "trap", "expr"];

/// Whether a word looks like a subcommand: `install`, `build-dep`.
fn is_subcommand(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
