//! [`LineWriter`]: tokens in, lines out.

use super::comment;
use super::tokens::{Tokens, text_width};

/// Lines of an instruction that is being printed.
pub(super) struct LineWriter<'t, 's> {
    pub tokens: &'t Tokens<'s>,
    lines: Vec<OutputLine<'s>>,
    /// Comments that begin before this byte are printed.
    printed: u32,
    /// The indentation of a line that only exists because of a comment.
    pub hang: usize,
}

#[derive(Default)]
struct OutputLine<'s> {
    indent: usize,
    /// Whether an empty line comes before it and its comments.
    is_apart: bool,
    /// The comments above the line.
    comments: Vec<LineComment<'s>>,
    text: String,
}

struct LineComment<'s> {
    text: &'s str,
    /// Whether an empty line comes after it.
    is_apart: bool,
}

impl<'t, 's> LineWriter<'t, 's> {
    pub(super) fn new(tokens: &'t Tokens<'s>) -> Self {
        Self { tokens, lines: vec![OutputLine::default()], printed: 0, hang: INDENT }
    }

    fn line(&mut self) -> &mut OutputLine<'s> {
        if self.lines.is_empty() {
            self.lines.push(OutputLine::default());
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    /// The next column.
    pub(super) fn column(&self) -> usize {
        let Some(line) = self.lines.last() else { return 0 };
        match line.text.rsplit_once('\n') {
            Some((_, last)) => text_width(last),
            None => line.indent + text_width(&line.text),
        }
    }

    /// The number of lines so far.
    pub(super) fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The indentation of the current line.
    pub(super) fn indent(&self) -> usize {
        self.lines.last().map_or(0, |line| line.indent)
    }

    /// Begins a line, unless the last one is empty.
    pub(super) fn start_line(&mut self, indent: usize) {
        let line = self.line();
        if line.text.is_empty() {
            line.indent = indent;
        } else {
            self.lines.push(OutputLine { indent, ..OutputLine::default() });
        }
    }

    /// Prints a token below the comments before it.
    pub(super) fn print_token(&mut self, at: usize) {
        let start = self.tokens.get(at).span.start;
        self.attach_comments_before(start);
        self.print_trailing_operator(at);
    }

    /// Prints tokens one after the other.
    pub(super) fn print_tokens(&mut self, range: std::ops::Range<usize>) {
        range.for_each(|at| self.print_token(at));
    }

    /// Prints an operator at the end of the line: comments before it go above the next line.
    pub(super) fn print_trailing_operator(&mut self, at: usize) {
        let token = self.tokens.get(at);
        let line = self.line();
        if token.space && !line.text.is_empty() {
            line.text.push(' ');
        }
        line.text.push_str(&token.text);
        if token.text.contains('\n') {
            // The comments of the token are inside it.
            let inside = self.tokens.comments_between(token.span.start, token.span.end);
            if let Some((last, _)) = inside.last() {
                self.printed = self.printed.max(last + 1);
            }
        }
    }

    /// Keeps the empty line that the author has before or after an operator, or before a command.
    pub(super) fn keep_empty_line(&mut self, from: usize, to: usize) {
        if from < to
            && self.tokens.has_empty_line_before_comments(
                self.tokens.get(from).span.end,
                self.tokens.get(to).span.start,
            )
        {
            self.line().is_apart = true;
        }
    }

    /// Begins a line for an operator. Comments before what follows the operator go above the line.
    pub(super) fn put_operator_on_new_line(&mut self, at: usize, indent: usize) {
        self.start_line(indent);
        self.attach_comments_before(self.tokens.get(at + 1).span.start);
        self.print_trailing_operator(at);
    }

    /// Attaches the comments before a byte to the current line, or to a new line if the current one has text.
    fn attach_comments_before(&mut self, end: u32) {
        let comments = self.tokens.comments_between(self.printed, end);
        let Some((last, _)) = comments.last() else { return };
        self.printed = last + 1;
        if !self.line().text.is_empty() {
            self.start_line(self.hang);
        }
        let next = comments.iter().skip(1).map(|(at, _)| *at).chain([end]);
        let tokens = self.tokens;
        let above = comments
            .iter()
            .zip(next)
            .map(|((at, text), next)| LineComment { text, is_apart: tokens.has_empty_line(*at, next) });
        self.line().comments.extend(above);
    }

    /// The text, each line but the last continued with the escape character, without a line end after the last.
    /// Comments that follow the last token come last, in the first column.
    pub(super) fn finish(mut self, escape: char, line_end: &str) -> String {
        let rest = self.tokens.comments_between(self.printed, u32::MAX);
        let rest: Vec<&str> = rest.iter().map(|(_, text)| *text).collect();
        self.lines.retain(|line| !line.text.is_empty());
        let last = self.lines.len().saturating_sub(1);
        let mut out = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let indent = " ".repeat(line.indent);
            let empty = format!("{indent}{escape}{line_end}");
            if line.is_apart && at > 0 {
                out += &empty;
            }
            for comment in &line.comments {
                out += &indent;
                out += &comment::normalize_comment(comment.text);
                out += line_end;
                // Comments above the first line become separate lines, outside the instruction.
                if comment.is_apart && at > 0 {
                    out += &empty;
                }
            }
            out += &indent;
            out += &line.text;
            if at < last {
                out.push(' ');
                out.push(escape);
                out += line_end;
            }
        }
        for comment in rest {
            out += line_end;
            out += &comment::normalize_comment(comment);
        }
        out
    }
}

/// The step of indentation, in columns.
pub(super) const INDENT: usize = 4;
