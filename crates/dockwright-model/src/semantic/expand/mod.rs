//! The value of a word as BuildKit computes it: quotes and escapes removed, `$name` and `${name…}` replaced.
//!
//! [`expand`] reads one word with the rules of BuildKit's shell-word lexer (not quite those of a shell). The lexer is
//! in `lexer`, the operators in `braces`, the patterns of `${name#pattern}` and similar ones in `pattern`, the errors
//! in `error`.

mod braces;
mod error;
mod lexer;
mod pattern;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use error::{ExpandError, ExpandErrorKind};
use lexer::Lexer;

/// Maximum nesting of `${…}`; deeper words are errors.
pub(crate) const MAX_DEPTH: usize = 200;

/// The variables that a word is expanded with.
pub trait Environment {
    fn variable(&self, name: &str) -> VariableValue<'_>;
}

/// The state of one variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableValue<'e> {
    /// `None` if it is not set.
    pub value: Option<&'e str>,
    /// Whether this holds in every build: no build argument, platform or base image can change it.
    pub certain: bool,
    /// Whether it is known: some base images set a variable to an unknown value.
    pub known: bool,
}

impl VariableValue<'_> {
    pub(crate) const UNSET: Self = Self { value: None, certain: true, known: true };
}

/// No variables: every variable is certainly unset.
#[derive(Debug, Clone, Copy)]
pub struct NoVariables;

impl Environment for NoVariables {
    fn variable(&self, _: &str) -> VariableValue<'_> {
        VariableValue::UNSET
    }
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpansionMode {
    /// A word of an instruction.
    Word,
    /// The body of a COPY or ADD heredoc: quotes are ordinary text. (Its escape character is always `\`.)
    HeredocBody,
}

/// A variable that a text mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableMention<'t> {
    pub name: &'t str,
    /// From the `$` to the end of the name or the closing brace, in bytes of the text.
    pub range: Range<usize>,
    /// The name alone, in bytes of the text.
    pub name_range: Range<usize>,
    /// Whether the variable is set.
    pub set: bool,
    /// Whether an operator handles the unset variable: `-`, `+`, `?`.
    pub(crate) guarded: bool,
}

/// The result of expanding a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion<'t> {
    pub result: Result<Cow<'t, str>, ExpandError>,
    /// Whether the result (an error, too) is the same in every build. If false, it is the result of a build without
    /// build arguments, as far as that is known.
    pub certain: bool,
    /// Whether all of it is known; unknown parts are omitted from the result.
    pub known: bool,
    /// The variables that are mentioned, in the order of BuildKit's lookups, including those before an error.
    pub uses: Vec<VariableMention<'t>>,
}

impl<'t> Expansion<'t> {
    /// The value; empty if there is an error.
    pub fn value(&self) -> &str {
        self.result.as_deref().unwrap_or_default()
    }

    /// The first mention of each variable that is set.
    pub fn set_variables(&self) -> impl Iterator<Item = &VariableMention<'t>> {
        self.first_mention_of_each_variable(true)
    }

    /// The first mention of each variable that is not set, including those for which an operator gives another value.
    pub fn unset_variables(&self) -> impl Iterator<Item = &VariableMention<'t>> {
        self.first_mention_of_each_variable(false)
    }

    fn first_mention_of_each_variable(&self, set: bool) -> impl Iterator<Item = &VariableMention<'t>> {
        let mut seen = std::collections::HashSet::new();
        self.uses.iter().filter(move |found| found.set == set && seen.insert(found.name))
    }
}

/// Expands `text`; `escape` is the escape character of the file.
pub fn expand<'t>(
    text: &'t str,
    escape: u8,
    mode: ExpansionMode,
    environment: &dyn Environment,
) -> Expansion<'t> {
    if !needs_expansion(text, escape, mode) {
        return Expansion { result: Ok(Cow::Borrowed(text)), certain: true, known: true, uses: Vec::new() };
    }
    finish(Lexer::new(text, escape, mode, environment)).1
}

/// Expands `text` and then splits it at white space that is neither quoted nor escaped, as for EXPOSE.
///
/// # Errors
/// As for [`expand`], in the result of the expansion; the list of words is then empty.
pub(crate) fn expand_words<'t>(
    text: &'t str,
    escape: u8,
    environment: &dyn Environment,
) -> (Vec<String>, Expansion<'t>) {
    let mut lexer = Lexer::new(text, escape, ExpansionMode::Word, environment);
    lexer.split = true;
    finish(lexer)
}

fn finish<'t>(mut lexer: Lexer<'t, '_>) -> (Vec<String>, Expansion<'t>) {
    let result = lexer.expand_remaining_text().map(Cow::Owned);
    let words = if result.is_ok() { lexer.words } else { Vec::new() };
    // The values of variables do not change how a text is parsed, so a syntax error occurs in every build.
    let of_form = result.as_ref().is_err_and(|error| error.kind.is_syntax_error());
    let (certain, known) = (lexer.certain || of_form, lexer.known || of_form);
    (words, Expansion { result, certain, known, uses: lexer.uses })
}

fn needs_expansion(text: &str, escape: u8, mode: ExpansionMode) -> bool {
    text.bytes().any(|byte| {
        byte == b'$' || byte == escape || (mode == ExpansionMode::Word && matches!(byte, b'\'' | b'"'))
    })
}
