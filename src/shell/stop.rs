//! [`Stop`]: where ShellCheck's parser, and so hadolint's, gives up. It is stricter than shuck's.

use shuck_ast::{Command as Tree, CompoundCommand, LiteralText, Stmt, StmtSeq, Word, WordPart};

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
                let alone =
                    simple.args.is_empty() && simple.assignments.is_empty() && last.redirects.is_empty();
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

    /// Looks for tests without an end, and for words that only seem to be words. `top`: the command stands in
    /// the list that the script is.
    pub(super) fn check_words(&mut self, stmt: &Stmt, top: bool) {
        let Tree::Simple(simple) = &stmt.command else { return };
        if is_missing(&simple.name) {
            return;
        }
        let at = self.clamped(simple.name.span).start;
        let name = self.slice(simple.name.span);
        if name == "[" {
            let close = simple.args.iter().position(|word| self.slice(word.span) == "]");
            match close.map(|close| simple.args.get(close + 1)) {
                None => self.stops.push(Stop::fatal(at)),
                Some(Some(after)) => self.stop(self.clamped(after.span).start, 1140, top),
                Some(None) => {}
            }
            return;
        }
        let is_group = name.starts_with('{') && name != "{}";
        let is_pattern = ["@(", "?(", "+("].iter().any(|open| name.starts_with(open));
        if (name.starts_with('[') || is_group || is_pattern) && simple.assignments.is_empty() {
            self.stops.push(Stop::fatal(at));
        }
        for word in std::iter::once(&simple.name).chain(&simple.args) {
            self.check_word(word, top);
        }
    }

    fn check_word(&mut self, word: &Word, top: bool) {
        /// Before a `(`: what makes a pattern, a substitution or a value of it.
        const EXPLAIN: [char; 11] = ['\\', '@', '?', '*', '+', '!', '=', '$', '<', '>', '('];
        let start = self.clamped(word.span).start;
        let raw = self.slice(word.span);
        if let Some((name, value)) = raw.split_once('=')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && value.trim_start().starts_with('(')
        {
            self.stop(start + raw.len() - value.trim_start().len(), 1088, top);
        }
        for part in &word.parts {
            let raw = self.slice(part.span);
            let at = self.clamped(part.span).start;
            if let WordPart::Literal(LiteralText::Source) = part.kind
                && let Some(open) = raw.find('(')
                && self
                    .text
                    .get(start..at + open)
                    .is_some_and(|text| !text.is_empty() && !text.ends_with(EXPLAIN))
            {
                self.stop(at + open, 1088, top);
            }
            if !matches!(part.kind, WordPart::SingleQuoted { .. })
                && raw.starts_with("${")
                && !raw.ends_with('}')
            {
                self.stops.push(Stop::fatal(at));
            }
        }
    }

    /// What stands before a stop is kept at top level only: elsewhere something is left open.
    fn stop(&mut self, at: usize, code: u32, top: bool) {
        self.stops.push(if top { Stop { at, code, partial: true } } else { Stop::fatal(at) });
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
