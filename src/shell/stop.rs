//! [`Stop`]: where ShellCheck's parser, and so hadolint's, gives up. It is stricter than shuck's.

use shuck_ast::{Command as Tree, CompoundCommand, Stmt, StmtSeq, Word, WordPart};

use super::quotes::{Quotes, Within};
use super::walk::{Walk, is_missing};

/// A place that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stop {
    /// Offset in the text.
    pub at: usize,
    /// What ShellCheck calls it.
    pub code: u32,
    /// What stands before it is known.
    pub partial: bool,
}

impl Stop {
    pub(super) const fn fatal(at: usize) -> Self {
        Self { at, code: 1072, partial: false }
    }
}

impl Walk<'_> {
    /// Looks for statements that nothing parts, and separators that nothing stands between.
    pub(super) fn check_list(&mut self, list: &StmtSeq, top: bool) {
        let mut stmts = list.iter().peekable();
        while let Some(stmt) = stmts.next() {
            let next = stmts.peek().map(|next| (self.content(next).start - self.offset) as usize);
            if let Some(terminator) = stmt.terminator_span {
                let from = self.clamped(terminator).end;
                let end = next.or(top.then_some(self.text.len())).unwrap_or(from);
                let gap = self.text.get(from..end).unwrap_or_default();
                let rest = after_blanks(gap);
                if top && rest.starts_with([';', '&', '|']) && !rest.starts_with(";;") {
                    self.stops.push(Stop { at: end - rest.len(), code: 1070, partial: true });
                }
            } else if let (Some(at), Some(following)) = (next, stmts.peek()) {
                let ending = rightmost(stmt);
                if !is_line_start(self.text.get(..at).unwrap_or_default()) {
                    let stop = self.why_adjacent(ending, following, at);
                    self.stops.push(if top { stop } else { Stop::fatal(at) });
                }
            }
        }
    }

    /// What is wrong at `at`, where `next` follows `last` and nothing parts them.
    fn why_adjacent(&self, last: &Stmt, next: &Stmt, at: usize) -> Stop {
        let code = match (&last.command, &next.command) {
            (
                Tree::Simple(simple),
                Tree::Compound(CompoundCommand::Subshell(_) | CompoundCommand::Arithmetic(_)),
            ) => {
                let alone = simple.args.is_empty() && simple.assignments.is_empty();
                return if alone && may_name_function(self.slice(simple.name.span)) {
                    function_with_parameters(self.text, at)
                } else {
                    Stop { at, code: 1088, partial: true }
                };
            }
            (_, Tree::Compound(CompoundCommand::Subshell(_) | CompoundCommand::Arithmetic(_))) => 1088,
            (Tree::Compound(_), Tree::Compound(CompoundCommand::BraceGroup(_))) => 1070,
            (Tree::Compound(_), _) => {
                let word = self.text.get(at..).unwrap_or_default().split_ascii_whitespace().next();
                if word.is_some_and(|word| word.contains('(')) { 1036 } else { 1141 }
            }
            _ => 1070,
        };
        Stop { at, code, partial: true }
    }

    /// Looks for tests without an end, and for words that only seem to be words.
    pub(super) fn check_words(&mut self, stmt: &Stmt) {
        let Tree::Simple(simple) = &stmt.command else { return };
        if is_missing(&simple.name) {
            return;
        }
        let at = self.clamped(simple.name.span).start;
        let name = self.slice(simple.name.span);
        let closes = simple.args.last().is_some_and(|word| self.slice(word.span) == "]");
        let starts_group = name.starts_with('{') && !simple.name.has_active_brace_expansion() && name != "{}";
        if (name.starts_with('[') && !(name == "[" && closes)) || name.starts_with("@(") || starts_group {
            self.stops.push(Stop::fatal(at));
        }
        for word in &simple.args {
            self.check_word(word);
        }
    }

    fn check_word(&mut self, word: &Word) {
        let start = self.clamped(word.span).start;
        let raw = self.slice(word.span);
        if let Some((name, value)) = raw.split_once('=')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && value.trim_start().starts_with('(')
        {
            let at = start + raw.len() - value.trim_start().len();
            self.stops.push(Stop { at, code: 1088, partial: true });
        }
        for part in &word.parts {
            let raw = self.slice(part.span);
            if !matches!(part.kind, WordPart::SingleQuoted { .. })
                && raw.starts_with("${")
                && !raw.ends_with('}')
            {
                self.stops.push(Stop::fatal(self.clamped(part.span).start));
            }
        }
    }
}

/// Whether a `(` after this command's only word makes a function of it.
pub(super) fn may_name_function(word: &str) -> bool {
    !word.contains(['$', '"', '\'', '`'])
}

/// A function whose parentheses, the first of which is at `at`, are not empty. ShellCheck looks for the second
/// one before any brace or line end, and for a body after it.
pub(super) fn function_with_parameters(text: &str, at: usize) -> Stop {
    let inside = text.get(at + 1..).unwrap_or_default();
    match inside.split_once(['\n', ')', '{']) {
        Some((parameters, body))
            if inside.get(parameters.len()..).is_some_and(|rest| rest.starts_with(')')) =>
        {
            if after_blanks(body).starts_with(['{', '(']) {
                Stop { at, code: 1065, partial: true }
            } else {
                Stop::fatal(at)
            }
        }
        _ => Stop { at, code: 1065, partial: true },
    }
}

/// The statement that ends a chain.
fn rightmost(stmt: &Stmt) -> &Stmt {
    let mut current = stmt;
    while let Tree::Binary(binary) = &current.command {
        current = &binary.right;
    }
    current
}

/// Whether nothing but blanks and line joins stands after the last newline.
fn is_line_start(before: &str) -> bool {
    let mut rest = before.trim_end_matches([' ', '\t', '\r']);
    while let Some(joined) = rest.strip_suffix("\\\n") {
        rest = joined.trim_end_matches([' ', '\t', '\r']);
    }
    rest.is_empty() || rest.ends_with('\n')
}

fn after_blanks(text: &str) -> &str {
    let mut rest = text.trim_start_matches([' ', '\t', '\r']);
    while let Some(joined) = rest.strip_prefix("\\\n") {
        rest = joined.trim_start_matches([' ', '\t', '\r']);
    }
    rest
}

/// Where `(` stands after a word of a command, as far as can be told without a grammar; a few of them at most.
pub(super) fn parentheses_after_words(text: &str) -> Vec<usize> {
    const MOST: usize = 8;
    let mut quotes = Quotes::default();
    let mut found = Vec::new();
    let (mut last, mut before) = (b' ', b' ');
    for (at, byte) in text.bytes().enumerate() {
        let is_code = quotes.within() == Within::Code && quotes.is_at_top();
        let follows_operator =
            matches!(last, b'$' | b'<' | b'>' | b';' | b'&' | b'|' | b'(' | b' ') || before == b'=';
        before = byte;
        if byte == b'(' && is_code && !follows_operator {
            found.push(at);
            if found.len() == MOST {
                break;
            }
        }
        quotes.feed(byte);
        if !byte.is_ascii_whitespace() && byte != b'\\' {
            last = byte;
        }
    }
    found
}
