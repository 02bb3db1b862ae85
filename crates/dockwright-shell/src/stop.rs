//! [`ParseStop`]: where ShellCheck's parser, and therefore hadolint's, stops. It is stricter than shuck's.

use shuck_ast::{
    Command as Tree, CompoundCommand, LiteralText, Redirect, RedirectKind, SimpleCommand, Span as Found,
    Stmt, StmtSeq, Word, WordPart,
};

use super::parentheses::{may_name_function, parenthesis_in_word, stop_at_function_parameters};
use super::walk::{ScriptWalk, is_missing};
use dockerfile_syntax::Span;

/// A position at which parsing stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ParseStop {
    /// Offset in the text.
    pub at: usize,
    /// The code that ShellCheck reports.
    pub code: u32,
    /// Whether the commands before it are known.
    pub partial: bool,
    /// Offset that the code reports: `at`, or a little later.
    pub point: usize,
}

impl ParseStop {
    pub(super) const fn without_commands(at: usize) -> Self {
        Self { at, code: 1072, partial: false, point: at }
    }

    pub(super) const fn with_commands_before(at: usize, code: u32) -> Self {
        Self { at, code, partial: true, point: at }
    }
}

impl ScriptWalk<'_> {
    /// Looks for statements without a separator, and separators without a statement.
    pub(super) fn check_list(&mut self, list: &StmtSeq, top: bool) {
        let mut stmts = list.iter().peekable();
        while let Some(stmt) = stmts.next() {
            let next = stmts
                .peek()
                .map(|next| (self.span_without_closing_bracket(next).start - self.offset) as usize);
            if let Some(terminator) = stmt.terminator_span {
                let from = self.clamped_range(terminator).end;
                let end = next.or(top.then_some(self.text.len())).unwrap_or(from);
                let gap = self.text.get(from..end).unwrap_or_default();
                let rest = skip_spaces(gap);
                if top && rest.starts_with([';', '&', '|']) && !rest.starts_with(";;") {
                    self.stops.push(ParseStop::with_commands_before(end - rest.len(), 1070));
                }
            } else if let (Some(at), Some(following)) = (next, stmts.peek()) {
                let ending = last_statement(stmt);
                let before = self.text.get(..at).unwrap_or_default();
                // shuck ends the statement after `a=` and a line continuation.
                let is_joined_value = before.trim_end_matches([' ', '\t']).ends_with("=\\\n");
                if !is_line_start(before) && !is_joined_value {
                    let stop = self.explain_missing_separator(ending, following, at);
                    self.stops.push(if top { stop } else { ParseStop::without_commands(at) });
                }
            }
        }
    }

    /// The error at `at`, where `next` follows `last` without a separator.
    fn explain_missing_separator(&self, last: &Stmt, next: &Stmt, at: usize) -> ParseStop {
        let code = match (&last.command, &next.command) {
            (
                Tree::Simple(simple),
                Tree::Compound(CompoundCommand::Subshell(_) | CompoundCommand::Arithmetic(_)),
            ) => {
                let alone =
                    simple.args.is_empty() && simple.assignments.is_empty() && last.redirects.is_empty();
                return if alone && may_name_function(self.slice(simple.name.span)) {
                    stop_at_function_parameters(self.text, at)
                } else {
                    ParseStop::with_commands_before(at, 1088)
                };
            }
            (_, Tree::Compound(CompoundCommand::Subshell(_) | CompoundCommand::Arithmetic(_))) => 1088,
            (Tree::Compound(_), Tree::Compound(CompoundCommand::BraceGroup(_))) => 1070,
            (Tree::Compound(_), _) => {
                return match parenthesis_in_word(self.text, at) {
                    Some(point) => ParseStop { at, code: 1036, partial: true, point },
                    None => ParseStop::with_commands_before(at, 1141),
                };
            }
            _ => 1070,
        };
        ParseStop::with_commands_before(at, code)
    }

    /// Looks for tests without an end, and for text that is not really a word. `top`: whether the command is in the
    /// top-level list of the script.
    pub(super) fn check_words(&mut self, stmt: &Stmt, top: bool) {
        let Tree::Simple(simple) = &stmt.command else { return };
        if is_missing(&simple.name) {
            return;
        }
        let at = self.clamped_range(simple.name.span).start;
        let name = self.slice(simple.name.span);
        if name == "[" {
            let close = simple.args.iter().position(|word| self.slice(word.span) == "]");
            match close.map(|close| simple.args.get(close + 1)) {
                None => self.stops.push(ParseStop::without_commands(at)),
                Some(Some(after)) => self.record_parse_stop(self.clamped_range(after.span).start, 1140, top),
                Some(None) => {}
            }
            self.check_comparisons(simple, &stmt.redirects);
            return;
        }
        let is_group = name.starts_with('{');
        let is_pattern = ["@(", "?(", "+("].iter().any(|open| name.starts_with(open));
        if (name.starts_with('[') || is_group || is_pattern) && simple.assignments.is_empty() {
            self.stops.push(ParseStop::without_commands(at));
        }
        for word in std::iter::once(&simple.name).chain(&simple.args) {
            self.check_word(word, top);
            if self.slice(word.span).ends_with('=') {
                self.check_after_equals(simple, self.clamped_range(word.span).end, top);
            }
        }
    }

    /// shuck skips the rest of `a = ( b`.
    fn check_after_equals(&mut self, simple: &SimpleCommand, at: usize, top: bool) {
        let end = self.clamped_range(simple.span).end;
        let rest = skip_spaces(self.text.get(at..end).unwrap_or_default());
        if rest.starts_with('(') {
            self.record_parse_stop(end - rest.len(), 1088, top);
        }
    }

    /// A substitution without statements is either empty or unreadable.
    pub(super) fn check_substitution(&mut self, body: &StmtSeq, span: Found) {
        let raw = self.slice(span);
        let inside = raw.get(2..raw.len().saturating_sub(1)).unwrap_or_default();
        let content = inside.trim_start_matches([' ', '\t', '\r', '\n', '\\']);
        if body.is_empty() && !content.is_empty() && !content.starts_with('#') {
            self.stops.push(ParseStop::without_commands(self.clamped_range(span).start));
        }
    }

    /// Records `<` and `>` in `[ … ]`, which look like comparisons. ShellCheck only continues if they are between two
    /// operands.
    fn check_comparisons(&mut self, simple: &SimpleCommand, redirects: &[Redirect]) {
        const JOIN: [&str; 6] = ["!", "-a", "-o", "\\(", "(", "["];
        let Some(close) = simple.args.last().map(|word| self.clamped_range(word.span).start) else { return };
        let escaped = simple.args.iter().filter(|word| matches!(self.slice(word.span), "\\<" | "\\>"));
        let escaped: Vec<Span> = escaped.map(|word| self.span(word.span)).collect();
        self.script.comparisons.extend(escaped);
        for redirect in redirects {
            let span = self.clamped_range(redirect.span);
            if span.start > close {
                continue;
            }
            let before = simple.args.partition_point(|word| self.clamped_range(word.span).start < span.start);
            let before = simple.args.get(..before).unwrap_or_default().iter().rev();
            let before: Vec<&str> = before
                .map(|word| self.slice(word.span))
                .take_while(|word| !JOIN.contains(word))
                .take(2)
                .collect();
            let operator = self.text.get(span.start..).unwrap_or_default();
            let compares = operator.starts_with(['<', '>'])
                && matches!(redirect.kind, RedirectKind::Output | RedirectKind::Input);
            match (compares, before.as_slice()) {
                (true, &[operand]) if !is_unary_test_operator(operand) => {
                    let at = self.span(redirect.span).start;
                    self.script.comparisons.push(Span::new(at, at + 1));
                }
                _ => self.stops.push(ParseStop::without_commands(span.start)),
            }
        }
    }

    fn check_word(&mut self, word: &Word, top: bool) {
        /// Characters before a `(` that start a pattern, a substitution or a value.
        const PARENTHESIS_PREFIXES: [char; 11] = ['\\', '@', '?', '*', '+', '!', '=', '$', '<', '>', '('];
        let start = self.clamped_range(word.span).start;
        let raw = self.slice(word.span);
        if let Some((name, value)) = raw.split_once('=')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && value.trim_start().starts_with('(')
        {
            self.record_parse_stop(start + raw.len() - value.trim_start().len(), 1088, top);
        }
        for part in &word.parts {
            let raw = self.slice(part.span);
            let at = self.clamped_range(part.span).start;
            if let WordPart::Literal(LiteralText::Source) = part.kind
                && let Some(open) = raw.find('(')
                && self
                    .text
                    .get(start..at + open)
                    .is_some_and(|text| !text.is_empty() && !text.ends_with(PARENTHESIS_PREFIXES))
            {
                self.record_parse_stop(at + open, 1088, top);
            }
            if !matches!(part.kind, WordPart::SingleQuoted { .. })
                && raw.starts_with("${")
                && !raw.ends_with('}')
            {
                self.stops.push(ParseStop::without_commands(at));
            }
        }
    }

    /// Commands before a stop are only kept at top level: elsewhere, a construct is still open.
    fn record_parse_stop(&mut self, at: usize, code: u32, top: bool) {
        self.stops.push(if top {
            ParseStop::with_commands_before(at, code)
        } else {
            ParseStop::without_commands(at)
        });
    }
}

/// Whether the word is an option of `[`.
fn is_unary_test_operator(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && word.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// The statement that ends a chain.
fn last_statement(stmt: &Stmt) -> &Stmt {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        current = &binary.right;
    }
    current
}

/// Whether only spaces and line continuations follow the last newline.
fn is_line_start(before: &str) -> bool {
    let mut rest = before.trim_end_matches([' ', '\t', '\r']);
    while let Some(joined) = rest.strip_suffix("\\\n") {
        rest = joined.trim_end_matches([' ', '\t', '\r']);
    }
    rest.is_empty() || rest.ends_with('\n')
}

pub(super) fn skip_spaces(text: &str) -> &str {
    let mut rest = text.trim_start_matches([' ', '\t', '\r']);
    while let Some(joined) = rest.strip_prefix("\\\n") {
        rest = joined.trim_start_matches([' ', '\t', '\r']);
    }
    rest
}
