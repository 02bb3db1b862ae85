//! [`TokenCursor`]: walks over shell text token by token.

use shuck_ast::Span as Found;

use dockerfile_syntax::Span;

/// Removes a continuation at the end, with the white space before it, which the parser includes in the token.
fn trim_continuation(mut text: &str) -> &str {
    while let Some(before) = text.strip_suffix("\\\n") {
        let trimmed = before.trim_end_matches([' ', '\t', '\r']);
        // An escaped space belongs to the word.
        let is_escaped = trimmed.ends_with('\\') && trimmed.len() < before.len();
        text = before.get(..trimmed.len() + usize::from(is_escaped)).unwrap_or(trimmed);
    }
    text
}

/// Takes tokens one by one from the start of the text. An unexpected token ends the walk with `None`.
pub(super) struct TokenCursor<'t> {
    text: &'t str,
    offset: u32,
    /// The first byte that has not been taken.
    at: usize,
    pub(super) tokens: Vec<Span>,
}

impl<'t> TokenCursor<'t> {
    pub(super) fn new(text: &'t str, offset: u32) -> Self {
        Self { text, offset, at: 0, tokens: Vec::new() }
    }

    /// The index of the next token.
    pub(super) fn next_index(&self) -> usize {
        self.tokens.len()
    }

    /// What follows the white space and continuations after the last token. A newline that is not a continuation
    /// is not skipped.
    pub(super) fn rest(&mut self) -> &'t str {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r']);
            self.at += rest.len() - trimmed.len();
            match trimmed.strip_prefix("\\\n") {
                Some(_) => self.at += 2,
                None => return trimmed,
            }
        }
    }

    /// Takes the next `length` bytes as a token.
    pub(super) fn take(&mut self, length: usize) -> Option<usize> {
        self.rest();
        let end = self.at.checked_add(length).filter(|end| length > 0 && self.text.is_char_boundary(*end))?;
        let at = |byte: usize| u32::try_from(byte).ok()?.checked_add(self.offset);
        self.tokens.push(Span::new(at(self.at)?, at(end)?));
        self.at = end;
        Some(self.tokens.len() - 1)
    }

    /// Takes a keyword or operator.
    pub(super) fn take_expected_token(&mut self, token: &str) -> Option<usize> {
        let rest = self.rest();
        if !rest.starts_with(token) {
            return None;
        }
        self.take(token.len())
    }

    /// Takes a node of the parser's tree, which must begin here.
    pub(super) fn take_node(&mut self, span: Found) -> Option<usize> {
        let (start, end) = (span.start.offset(), span.end.offset());
        self.rest();
        if start != self.at {
            return None;
        }
        let text = self.text.get(start..end)?;
        self.take(trim_continuation(text).len())
    }

    /// Takes the operator of a redirection whose target begins at `limit`, with the descriptor before it.
    pub(super) fn take_operator_before(&mut self, limit: usize) -> Option<usize> {
        let rest = self.rest();
        let operator = rest.get(..limit.checked_sub(self.at)?)?;
        let operator = operator.trim_end_matches([' ', '\t', '\r', '\n', '\\']);
        let is_operator = operator.ends_with(['<', '>', '&', '|']) && !operator.contains([' ', '\t', '\n']);
        if is_operator { self.take(operator.len()) } else { None }
    }

    /// Reads the rest before `limit` as plain words.
    pub(super) fn take_words_before(&mut self, limit: usize) -> Option<()> {
        loop {
            let rest = self.rest();
            if self.at >= limit {
                return (self.at == limit).then_some(());
            }
            let rest = rest.get(..limit - self.at)?;
            let length =
                rest.find([' ', '\t', '\r', '\n', '\\', ';', '&', '|', '(', ')', '<', '>', '#', '"', '\'']);
            self.take(length.unwrap_or(rest.len()))?;
        }
    }
}
