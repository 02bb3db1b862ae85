//! `${…}`: the operators.

use std::ops::Range;

use super::lexer::{Lexer, LexerStop, MAX_GROWTH};
use super::pattern::ExpansionPattern;
use super::{ExpandError, ExpandErrorKind, VariableValue};

impl<'t> Lexer<'t, '_> {
    /// Expands a `${…}`, starting at the `{`.
    pub(super) fn expand_braced(&mut self, start: usize) -> Result<String, ExpandError> {
        self.at += 1;
        match self.peek() {
            None => return Err(self.error(start..self.text.len(), ExpandErrorKind::OpenBrace)),
            Some(c @ ('{' | '}' | ':')) => {
                let end = self.at + c.len_utf8();
                return Err(self.error(start..end, ExpandErrorKind::BadSubstitution));
            }
            Some(_) => {}
        }
        let name_start = self.at;
        let name = self.read_name();
        let name_range = name_start..self.at;
        let operator_start = self.at;
        let Some(mut operator) = self.next() else {
            return Err(self.error(start..self.text.len(), ExpandErrorKind::OpenBrace));
        };
        if operator == '}' {
            let variable = self.look_up_value(name, start..self.at, name_range, false);
            return Ok(variable.value.unwrap_or_default().to_string());
        }
        let colon = operator == ':';
        if colon {
            match self.next() {
                Some(next) => operator = next,
                None => return Err(self.error(start..self.text.len(), ExpandErrorKind::OpenBrace)),
            }
        }
        match operator {
            '-' | '+' | '?' => {
                let word = self.read_until(LexerStop::Brace, false, start)?;
                let variable = self.look_up_value(name, start..self.at, name_range, true);
                self.expand_alternative(name, start, operator, colon, variable, word)
            }
            '#' | '%' if !colon => {
                let word = self.read_until(LexerStop::Brace, true, start)?;
                let variable = self.look_up_value(name, start..self.at, name_range, false);
                self.expand_trimming_operator(start, operator, variable.value.unwrap_or_default(), &word)
            }
            '/' if !colon => self.expand_replacement(name, start, name_range),
            _ => {
                let written = self.text.get(operator_start..self.at).unwrap_or_default().to_string();
                if colon && !matches!(operator, '#' | '%') {
                    // BuildKit reads on and looks the variable up before it fails.
                    self.read_until(LexerStop::Brace, false, start)?;
                    self.look_up_value(name, start..self.at, name_range, false);
                }
                let range = start..self.at;
                Err(self
                    .error(range, ExpandErrorKind::Operator { name: name.to_string(), operator: written }))
            }
        }
    }

    fn expand_alternative(
        &mut self,
        name: &str,
        start: usize,
        operator: char,
        colon: bool,
        variable: VariableValue<'_>,
        word: String,
    ) -> Result<String, ExpandError> {
        let value = variable.value.filter(|value| !(colon && value.is_empty()));
        Ok(match (operator, value) {
            ('+', Some(_)) | ('-', None) => word,
            ('+', None) => String::new(),
            (_, Some(value)) => value.to_string(),
            (_, None) => {
                let kind = ExpandErrorKind::Required {
                    name: name.to_string(),
                    empty: variable.value.is_some(),
                    message: word,
                };
                let range = start..self.at;
                return Err(self.error(range, kind));
            }
        })
    }

    fn expand_trimming_operator(
        &mut self,
        start: usize,
        operator: char,
        value: &str,
        word: &str,
    ) -> Result<String, ExpandError> {
        let (pattern, longest) = word.strip_prefix(operator).map_or((word, false), |pattern| (pattern, true));
        let pattern = self.read_pattern(start, pattern)?;
        let trimmed = if operator == '#' {
            pattern.remove_matching_prefix(value, longest)
        } else {
            pattern.remove_matching_suffix(value, longest)
        };
        Ok(trimmed.unwrap_or_else(|_| self.mark_unknown(value)))
    }

    fn expand_replacement(
        &mut self,
        name: &'t str,
        start: usize,
        name_range: Range<usize>,
    ) -> Result<String, ExpandError> {
        let all = self.peek() == Some('/');
        if all {
            self.at += 1;
        }
        let pattern = self.read_until(LexerStop::Slash, true, start)?;
        let replacement = self.read_until(LexerStop::Brace, true, start)?;
        let variable = self.look_up_value(name, start..self.at, name_range, false);
        let pattern = self.read_pattern(start, &pattern)?;
        let value = variable.value.unwrap_or_default();
        if replacement.len().saturating_mul(value.len()) > MAX_GROWTH * 16 {
            return Ok(self.mark_unknown(value));
        }
        Ok(pattern.replace(value, &replacement, all).unwrap_or_else(|_| self.mark_unknown(value)))
    }

    fn mark_unknown(&mut self, value: &str) -> String {
        self.certain = false;
        self.known = false;
        value.to_string()
    }

    fn read_pattern(&mut self, start: usize, text: &str) -> Result<ExpansionPattern, ExpandError> {
        ExpansionPattern::new(text).map_err(|escaped| {
            let range = start..self.at;
            self.error(range, ExpandErrorKind::Pattern { pattern: text.to_string(), escaped })
        })
    }
}
