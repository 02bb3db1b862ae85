//! [`QuoteTracker`]: a quick scan of the quoting state of a shell text, byte by byte.

use super::heredoc_tracker::HeredocTracker;

/// How a shell treats the next byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteContext {
    /// Code or double quotes, where a backslash joins lines.
    Code,
    Single,
    Comment,
    /// After a backslash.
    Escape,
    /// The lines of a heredoc.
    Body,
}

/// Reads shell text byte by byte. It handles quotes, comments and substitutions, but no grammar: the `)` of a `case`
/// pattern inside `"$( … )"` misleads it until the end of the line.
#[derive(Debug, Default)]
pub(super) struct QuoteTracker {
    open: Vec<OpenQuote>,
    state: QuoteState,
    before: Option<u8>,
    bodies: HeredocTracker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenQuote {
    /// `"`
    Double,
    /// `$(` or `(`
    Parenthesis,
    /// The second parenthesis of `((`
    Arithmetic,
    /// `` ` ``
    Backtick,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum QuoteState {
    #[default]
    Plain,
    Escape,
    /// In `'…'`
    Single,
    /// In `$'…'`
    Dollar,
    DollarEscape,
    Comment,
}

impl QuoteTracker {
    pub(super) fn context(&self) -> QuoteContext {
        if self.bodies.is_in_body() {
            return QuoteContext::Body;
        }
        match self.state {
            QuoteState::Plain => QuoteContext::Code,
            QuoteState::Escape => QuoteContext::Escape,
            QuoteState::Single | QuoteState::Dollar | QuoteState::DollarEscape => QuoteContext::Single,
            QuoteState::Comment => QuoteContext::Comment,
        }
    }

    /// Whether a `$` here is expanded.
    pub(super) fn expands_variables(&self) -> bool {
        match self.context() {
            QuoteContext::Code => true,
            QuoteContext::Body => self.bodies.expands_variables(),
            _ => false,
        }
    }

    /// Whether the position is outside all quotes and brackets.
    pub(super) fn is_at_top_level(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether the innermost open quotes are double quotes.
    pub(super) fn is_in_double_quotes(&self) -> bool {
        self.open.last() == Some(&OpenQuote::Double)
    }

    pub(super) fn track_quote_byte(&mut self, byte: u8) {
        if self.bodies.is_in_body() {
            self.bodies.process_body_byte(byte);
            self.before = Some(byte);
            return;
        }
        let (was, was_code) = (self.state, self.state == QuoteState::Plain && !self.is_in_double_quotes());
        let before = self.before.replace(byte);
        let double = self.open.last() == Some(&OpenQuote::Double);
        self.state = match (self.state, byte) {
            (QuoteState::Comment, b'\n')
            | (QuoteState::Escape, _)
            | (QuoteState::Single | QuoteState::Dollar, b'\'') => QuoteState::Plain,
            (QuoteState::Dollar, b'\\') => QuoteState::DollarEscape,
            (QuoteState::DollarEscape, _) => QuoteState::Dollar,
            (QuoteState::Plain, b'\\') => QuoteState::Escape,
            (QuoteState::Plain, b'\'') if !double && before == Some(b'$') => QuoteState::Dollar,
            (QuoteState::Plain, b'\'') if !double => QuoteState::Single,
            (QuoteState::Plain, b'#') if !double && before.is_none_or(ends_shell_word) => QuoteState::Comment,
            (QuoteState::Plain, _) => {
                self.open_or_close(byte, before);
                QuoteState::Plain
            }
            (inside, _) => inside,
        };
        if was == QuoteState::Escape {
            self.before = Some(b'x');
        }
        let is_code = was_code && !self.is_in_arithmetic();
        self.bodies.process_code_byte(
            byte,
            is_code,
            was != QuoteState::Escape && self.state == QuoteState::Plain,
        );
    }

    /// Whether the position is in `((…))` or `$((…))`.
    pub(super) fn is_in_arithmetic(&self) -> bool {
        self.open.contains(&OpenQuote::Arithmetic)
    }

    fn open_or_close(&mut self, byte: u8, before: Option<u8>) {
        let last = self.open.last().copied();
        match (byte, last) {
            (b'"', Some(OpenQuote::Double))
            | (b'`', Some(OpenQuote::Backtick))
            | (b')', Some(OpenQuote::Parenthesis | OpenQuote::Arithmetic)) => {
                self.open.pop();
            }
            (b'"', _) => self.open.push(OpenQuote::Double),
            (b'`', _) => self.open.push(OpenQuote::Backtick),
            (b'(', Some(OpenQuote::Double)) if before != Some(b'$') => {}
            (b'(', Some(OpenQuote::Parenthesis)) if before == Some(b'(') => {
                self.open.push(OpenQuote::Arithmetic);
            }
            (b'(', _) => self.open.push(OpenQuote::Parenthesis),
            _ => {}
        }
    }
}

/// Whether a `#` after this byte begins a comment.
fn ends_shell_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'`')
}
