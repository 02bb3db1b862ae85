//! Reads the text of a word, as [`ShellWord::text`] defines it.

use shuck_ast::{
    ArithmeticExpansionSyntax, Command, CommandSubstitutionSyntax, LiteralText, StmtSeq, Word, WordPart,
    WordPartNode,
};

use super::walk::ScriptWalk;
use super::{ShellWord, walk};

/// A word's text while it is joined.
#[derive(Debug, Default)]
struct WordTextBuilder {
    shown: String,
    /// The literal value, which may differ from `shown` (`$"…"`).
    value: String,
    /// Whether `value` is the complete value: no expansion, no pattern.
    is_value: bool,
    /// Whether the program gets exactly `shown`.
    is_exact: bool,
}

impl WordTextBuilder {
    fn push(&mut self, c: char) {
        self.shown.push(c);
        self.value.push(c);
    }

    fn push_str(&mut self, text: &str) {
        self.shown.push_str(text);
        self.value.push_str(text);
    }

    /// Adds a part whose value only the shell knows.
    fn push_unknown_part(&mut self, text: &str) {
        self.shown.push_str(text);
        self.is_value = false;
        self.is_exact = false;
    }
}

impl ScriptWalk<'_> {
    /// The word, and its literal value if it has one.
    pub(super) fn read_word(&self, word: &Word) -> (ShellWord, Option<String>) {
        let mut text = WordTextBuilder { is_value: true, is_exact: true, ..WordTextBuilder::default() };
        let mut braces: Vec<(usize, usize)> = word
            .brace_syntax
            .iter()
            .filter(|brace| brace.expands())
            .map(|brace| (brace.span.start.offset(), brace.span.end.offset()))
            .collect();
        braces.sort_unstable();
        if !braces.is_empty() {
            text.push_unknown_part("");
        }
        for part in &word.parts {
            let at = part.span.start.offset();
            match &part.kind {
                WordPart::Literal(literal) => {
                    let (raw, start) = match literal {
                        LiteralText::Source => (self.slice(part.span), at),
                        // Text inside backticks has no corresponding position in the source.
                        LiteralText::Owned(text) | LiteralText::CookedSource(text) => {
                            (&**text, usize::MAX / 2)
                        }
                    };
                    add_unquoted_text(raw, start, &braces, &mut text);
                }
                _ if ranges_contain(&braces, at) => {}
                _ => self.read_word_part(part, &mut text),
            }
        }
        let value = text.is_value.then_some(text.value);
        (ShellWord { text: text.shown, literal: text.is_exact, span: self.span(word.span) }, value)
    }

    /// A part that is not an unquoted literal.
    fn read_word_part(&self, part: &WordPartNode, text: &mut WordTextBuilder) {
        let raw = self.slice(part.span);
        match &part.kind {
            WordPart::SingleQuoted { dollar, value } => {
                let content = self.slice(value.span());
                text.is_exact &= !(*dollar && content.contains('\\'));
                text.push_str(content);
            }
            WordPart::DoubleQuoted { parts, dollar } => {
                let length = text.shown.len();
                for part in parts {
                    self.read_double_quoted_part(part, text);
                }
                if *dollar {
                    text.shown.truncate(length);
                    text.is_exact = false;
                }
            }
            WordPart::CommandSubstitution { body, syntax: CommandSubstitutionSyntax::DollarParen } => {
                text.push_unknown_part("${");
                text.push_unknown_part(&self.single_command_text(body));
                text.push_unknown_part("}");
            }
            WordPart::CommandSubstitution { .. }
            | WordPart::ArithmeticExpansion { syntax: ArithmeticExpansionSyntax::DollarParenParen, .. } => {
                text.push_unknown_part("${VAR}");
            }
            WordPart::ArithmeticExpansion { .. }
            | WordPart::ProcessSubstitution { .. }
            | WordPart::ZshQualifiedGlob(_) => text.push_unknown_part(""),
            WordPart::Literal(_) => text.push_str(raw),
            _ => {
                let name = raw.strip_prefix('$').unwrap_or(raw);
                let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
                text.push_unknown_part("${");
                text.push_unknown_part(name);
                text.push_unknown_part("}");
            }
        }
    }

    /// Backslashes are kept, except for those that join lines.
    fn read_double_quoted_part(&self, part: &WordPartNode, text: &mut WordTextBuilder) {
        if !matches!(part.kind, WordPart::Literal(_)) {
            return self.read_word_part(part, text);
        }
        let raw = self.slice(part.span);
        if raw.contains('\\') {
            let joined = raw.replace("\\\n", "");
            text.is_exact &= !["\\\\", "\\\"", "\\$", "\\`"].iter().any(|escape| joined.contains(escape));
            text.push_str(&joined);
        } else {
            text.push_str(raw);
        }
    }

    /// The words of a list that consists of one simple command, without spaces between them; otherwise empty.
    pub(super) fn single_command_text(&self, body: &StmtSeq) -> String {
        match body.as_slice() {
            [stmt] if !matches!(stmt.command, Command::Binary(_) | Command::Compound(_)) => {
                self.words_of_simple_command(stmt).into_iter().map(|(word, _)| word.text).collect()
            }
            _ => String::new(),
        }
    }

    /// All words of a simple command, the name first; none if there is no name.
    pub(super) fn words_of_simple_command(&self, stmt: &shuck_ast::Stmt) -> Vec<walk::WordWithValue> {
        match &stmt.command {
            Command::Simple(simple) if !walk::is_missing(&simple.name) => {
                std::iter::once(&simple.name).chain(&simple.args).map(|word| self.read_word(word)).collect()
            }
            Command::Builtin(builtin) => self.builtin_words(builtin, &stmt.redirects),
            Command::Decl(decl) => self.declaration_words(decl),
            _ => Vec::new(),
        }
    }
}

/// Whether one of these sorted ranges contains the offset.
fn ranges_contain(ranges: &[(usize, usize)], at: usize) -> bool {
    let after = ranges.partition_point(|&(start, _)| start <= at);
    after.checked_sub(1).and_then(|before| ranges.get(before)).is_some_and(|&(_, end)| at < end)
}

/// Text outside quotes. `start` is its offset; `braces`, the sorted ranges of brace expansions, are relative to the
/// same text.
fn add_unquoted_text(raw: &str, start: usize, braces: &[(usize, usize)], text: &mut WordTextBuilder) {
    if raw.starts_with('~') && text.shown.is_empty() {
        text.is_exact = false;
    }
    let last_bracket = raw.rfind(']').unwrap_or(0);
    let mut braces = braces.iter().peekable();
    let mut skip_to = 0;
    let mut chars = raw.char_indices();
    while let Some((at, c)) = chars.next() {
        if at < skip_to {
            continue;
        }
        while braces.next_if(|&&(_, end)| end <= start + at).is_some() {}
        if let Some(&&(from, end)) = braces.peek()
            && from <= start + at
        {
            skip_to = end - start;
            continue;
        }
        let rest = raw.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => match chars.next() {
                Some((_, '\n')) => {}
                Some((_, escaped)) => text.push(escaped),
                None => text.push('\\'),
            },
            '*' | '?' | '@' | '!' | '+' if rest.starts_with('(') => match parenthesized_length(rest) {
                Some(length) => {
                    text.push_unknown_part("");
                    skip_to = at + 1 + length;
                }
                None => text.push(c),
            },
            '*' => text.push_unknown_part("*"),
            '?' => text.push_unknown_part("?"),
            '[' if last_bracket > at + 1 => text.push_unknown_part("["),
            _ => text.push(c),
        }
    }
}

/// The length of the group in parentheses that `text` starts with.
fn parenthesized_length(text: &str) -> Option<usize> {
    /// Maximum number of bytes to search, because the search is repeated for every group.
    const LONGEST: usize = 1024;
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().take(LONGEST).enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}
