//! [`Quotes`]: a quick look at where in a shell text one stands, byte by byte.

use super::bodies::Bodies;

/// What the next byte is to a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Code or double quotes: a backslash joins lines there.
    Code,
    Single,
    Comment,
    /// After a backslash.
    Escape,
    /// The lines of a here-document.
    Body,
}

/// Reads shell text a byte at a time. It knows quotes, comments and substitutions, and nothing of grammar: a
/// `case` pattern's `)` inside `"$( … )"` misleads it until the line ends.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    open: Vec<Open>,
    state: State,
    before: Option<u8>,
    bodies: Bodies,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
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
enum State {
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

impl Quotes {
    pub(super) fn within(&self) -> Within {
        if self.bodies.is_open() {
            return Within::Body;
        }
        match self.state {
            State::Plain => Within::Code,
            State::Escape => Within::Escape,
            State::Single | State::Dollar | State::DollarEscape => Within::Single,
            State::Comment => Within::Comment,
        }
    }

    /// A `$` here is expanded.
    pub(super) fn expands(&self) -> bool {
        match self.within() {
            Within::Code => true,
            Within::Body => self.bodies.expands(),
            _ => false,
        }
    }

    /// Outside all quotes and brackets.
    pub(super) fn is_at_top(&self) -> bool {
        self.open.is_empty()
    }

    /// The innermost open quotes are double ones.
    pub(super) fn is_in_double(&self) -> bool {
        self.open.last() == Some(&Open::Double)
    }

    pub(super) fn feed(&mut self, byte: u8) {
        if self.bodies.is_open() {
            self.bodies.feed_body(byte);
            self.before = Some(byte);
            return;
        }
        let (was, was_code) = (self.state, self.state == State::Plain && !self.is_in_double());
        let before = self.before.replace(byte);
        let double = self.open.last() == Some(&Open::Double);
        self.state = match (self.state, byte) {
            (State::Comment, b'\n') | (State::Escape, _) | (State::Single | State::Dollar, b'\'') => {
                State::Plain
            }
            (State::Dollar, b'\\') => State::DollarEscape,
            (State::DollarEscape, _) => State::Dollar,
            (State::Plain, b'\\') => State::Escape,
            (State::Plain, b'\'') if !double && before == Some(b'$') => State::Dollar,
            (State::Plain, b'\'') if !double => State::Single,
            (State::Plain, b'#') if !double && before.is_none_or(ends_word) => State::Comment,
            (State::Plain, _) => {
                self.nest(byte, before);
                State::Plain
            }
            (inside, _) => inside,
        };
        if was == State::Escape {
            self.before = Some(b'x');
        }
        let is_code = was_code && !self.is_in_arithmetic();
        self.bodies.feed_code(byte, is_code, was != State::Escape && self.state == State::Plain);
    }

    /// In `((…))` or `$((…))`.
    pub(super) fn is_in_arithmetic(&self) -> bool {
        self.open.contains(&Open::Arithmetic)
    }

    fn nest(&mut self, byte: u8, before: Option<u8>) {
        let last = self.open.last().copied();
        match (byte, last) {
            (b'"', Some(Open::Double))
            | (b'`', Some(Open::Backtick))
            | (b')', Some(Open::Parenthesis | Open::Arithmetic)) => {
                self.open.pop();
            }
            (b'"', _) => self.open.push(Open::Double),
            (b'`', _) => self.open.push(Open::Backtick),
            (b'(', Some(Open::Double)) if before != Some(b'$') => {}
            (b'(', Some(Open::Parenthesis)) if before == Some(b'(') => self.open.push(Open::Arithmetic),
            (b'(', _) => self.open.push(Open::Parenthesis),
            _ => {}
        }
    }
}

/// Whether a `#` after this byte begins a comment.
fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'`')
}
