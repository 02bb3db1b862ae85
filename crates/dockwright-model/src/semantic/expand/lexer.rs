//! The lexer itself: one pass over the text, descending into `${…}` down to a fixed depth.

use std::ops::Range;

use super::{
    Environment, ExpandError, ExpandErrorKind, ExpansionMode, MAX_DEPTH, VariableMention, VariableValue,
};

/// The number of bytes that variables may add to a text before its value is treated as unknown. Each `ENV a=$a$a`
/// doubles a value.
pub(super) const MAX_GROWTH: usize = 64 * 1024;

pub(super) struct Lexer<'t, 'e> {
    pub text: &'t str,
    pub at: usize,
    escape: char,
    mode: ExpansionMode,
    environment: &'e dyn Environment,
    depth: usize,
    /// The number of bytes that may still be written, at all depths together.
    budget: usize,
    pub certain: bool,
    pub known: bool,
    pub(crate) uses: Vec<VariableMention<'t>>,
    /// Whether to collect words at depth 0.
    pub split: bool,
    pub words: Vec<String>,
    word: String,
}

/// The end of a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexerStop {
    End,
    Brace,
    Slash,
}

impl<'t, 'e> Lexer<'t, 'e> {
    pub(super) fn new(
        text: &'t str,
        escape: u8,
        mode: ExpansionMode,
        environment: &'e dyn Environment,
    ) -> Self {
        Self {
            text,
            at: 0,
            escape: char::from(escape),
            mode,
            environment,
            depth: 0,
            budget: text.len().saturating_mul(4).saturating_add(MAX_GROWTH),
            certain: true,
            known: true,
            uses: Vec::new(),
            split: false,
            words: Vec::new(),
            word: String::new(),
        }
    }

    pub(super) fn expand_remaining_text(&mut self) -> Result<String, ExpandError> {
        let result = self.read_until(LexerStop::End, false, 0)?;
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
        Ok(result)
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn push(&mut self, result: &mut String, text: &str) {
        if let Some(rest) = self.budget.checked_sub(text.len()) {
            self.budget = rest;
            result.push_str(text);
        } else {
            self.certain = false;
            self.known = false;
        }
    }

    /// Reads up to and including `stop`. `raw`: keeps escape characters in the result. `opened`: the start of the
    /// construct that must be closed.
    pub(super) fn read_until(
        &mut self,
        stop: LexerStop,
        raw: bool,
        opened: usize,
    ) -> Result<String, ExpandError> {
        let mut result = String::new();
        let top = stop == LexerStop::End && self.split;
        let quotes = self.mode == ExpansionMode::Word;
        while let Some(c) = self.peek() {
            match c {
                '}' if stop == LexerStop::Brace => {
                    self.at += 1;
                    return Ok(result);
                }
                '/' if stop == LexerStop::Slash => {
                    self.at += 1;
                    return Ok(result);
                }
                '$' => {
                    let value = self.expand_dollar()?;
                    self.push(&mut result, &value);
                    if top {
                        value.chars().for_each(|c| self.add_splittable_character(c));
                    }
                }
                '\'' | '"' if quotes => {
                    let value =
                        if c == '"' { self.read_double_quoted(raw)? } else { self.read_single_quoted()? };
                    self.push(&mut result, &value);
                    if top {
                        self.add(&value);
                    }
                }
                '<' if top => self.read_heredoc_operator(&mut result),
                _ => {
                    self.at += c.len_utf8();
                    if c != self.escape {
                        result.push(c);
                        if top {
                            self.add_splittable_character(c);
                        }
                        continue;
                    }
                    if raw {
                        result.push(c);
                    }
                    let Some(escaped) = self.next() else { break };
                    result.push(escaped);
                    if top {
                        self.add(escaped.encode_utf8(&mut [0; 4]));
                    }
                }
            }
        }
        match stop {
            LexerStop::End => Ok(result),
            LexerStop::Brace => Err(self.error(opened..self.text.len(), ExpandErrorKind::OpenBrace)),
            LexerStop::Slash => Err(self.error(opened..self.text.len(), ExpandErrorKind::NoReplacement)),
        }
    }

    /// Reads `<<`; the spaces after it belong to its word.
    fn read_heredoc_operator(&mut self, result: &mut String) {
        let start = self.at;
        self.at += 1;
        if self.peek() == Some('<') {
            self.at += 1;
            while matches!(self.peek(), Some(' ' | '\t' | '\r')) {
                self.at += 1;
            }
        }
        let piece = self.text.get(start..self.at).unwrap_or_default();
        result.push_str(piece);
        self.add(piece);
    }

    fn add(&mut self, text: &str) {
        self.word.push_str(text);
    }

    fn add_splittable_character(&mut self, c: char) {
        if !c.is_whitespace() {
            self.word.push(c);
        } else if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn read_single_quoted(&mut self) -> Result<String, ExpandError> {
        let opened = self.at;
        let body = self.text.get(opened + 1..).unwrap_or_default();
        match body.split_once('\'') {
            Some((quoted, _)) => {
                self.at = opened + quoted.len() + 2;
                Ok(quoted.to_string())
            }
            None => Err(self.unclosed_quote(opened, '\'')),
        }
    }

    fn read_double_quoted(&mut self, raw: bool) -> Result<String, ExpandError> {
        let opened = self.at;
        let mut result = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(result);
                }
                '$' => {
                    let value = self.expand_dollar()?;
                    self.push(&mut result, &value);
                }
                _ if c == self.escape => {
                    self.at += c.len_utf8();
                    match self.peek() {
                        None => break,
                        Some(next) if next == '"' || next == '$' || next == self.escape => {
                            if raw {
                                result.push(c);
                            }
                            self.at += next.len_utf8();
                            result.push(next);
                        }
                        Some(_) => {
                            if raw {
                                result.push(c);
                            }
                            result.push(c);
                        }
                    }
                }
                _ => {
                    self.at += c.len_utf8();
                    result.push(c);
                }
            }
        }
        Err(self.unclosed_quote(opened, '"'))
    }

    fn unclosed_quote(&mut self, opened: usize, quote: char) -> ExpandError {
        self.error(opened..self.text.len(), ExpandErrorKind::OpenQuote(quote))
    }

    pub(super) fn error(&mut self, range: Range<usize>, kind: ExpandErrorKind) -> ExpandError {
        self.at = self.text.len();
        ExpandError { range, kind }
    }

    /// Expands the variable at a `$`.
    fn expand_dollar(&mut self) -> Result<String, ExpandError> {
        let start = self.at;
        self.at += 1;
        if self.peek() == Some('{') {
            if self.depth >= MAX_DEPTH {
                return Err(self.error(start..self.text.len(), ExpandErrorKind::TooDeep));
            }
            self.depth += 1;
            let value = self.expand_braced(start);
            self.depth -= 1;
            return value;
        }
        let name = self.read_name();
        if name.is_empty() {
            return Ok("$".to_string());
        }
        let name_range = start + 1..self.at;
        Ok(self.look_up_value(name, start..self.at, name_range, false).value.unwrap_or_default().to_string())
    }

    pub(super) fn look_up_value(
        &mut self,
        name: &'t str,
        range: Range<usize>,
        name_range: Range<usize>,
        guarded: bool,
    ) -> VariableValue<'e> {
        let variable = self.environment.variable(name);
        self.certain &= variable.certain;
        self.known &= variable.known;
        self.uses.push(VariableMention { name, range, name_range, set: variable.value.is_some(), guarded });
        variable
    }

    /// Reads the name of a variable: letters, digits and `_`; a run of digits; or one special character.
    pub(super) fn read_name(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = match rest.chars().next() {
            Some(c) if c.is_numeric() => rest.find(|c: char| !c.is_numeric()).unwrap_or(rest.len()),
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()),
        };
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }
}
