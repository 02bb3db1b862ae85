//! The text of a word, as [`ShellWord::text`] defines it.

use shuck_ast::{
    ArithmeticExpansionSyntax, Command, CommandSubstitutionSyntax, LiteralText, StmtSeq, Word, WordPart,
    WordPartNode,
};

use super::walk::Walk;
use super::{ShellWord, walk};

/// A word's text while it is put together.
#[derive(Debug, Default)]
struct Text {
    text: String,
    /// What the word stands for to those who ask for literals only; may differ from `text` (`$"…"`).
    value: String,
    /// `value` is all there is: no expansion, no pattern.
    is_value: bool,
    /// The program gets `text` exactly.
    is_exact: bool,
}

impl Text {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.value.push(c);
    }

    fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
        self.value.push_str(text);
    }

    /// Something that only the shell knows.
    fn push_unknown(&mut self, text: &str) {
        self.text.push_str(text);
        self.is_value = false;
        self.is_exact = false;
    }
}

impl Walk<'_> {
    /// The word, and its literal value where it has one.
    pub(super) fn word(&self, word: &Word) -> (ShellWord, Option<String>) {
        let mut text = Text { is_value: true, is_exact: true, ..Text::default() };
        let braces: Vec<(usize, usize)> = word
            .brace_syntax
            .iter()
            .filter(|brace| brace.expands())
            .map(|brace| (brace.span.start.offset(), brace.span.end.offset()))
            .collect();
        if !braces.is_empty() {
            text.push_unknown("");
        }
        for part in &word.parts {
            let at = part.span.start.offset();
            match &part.kind {
                WordPart::Literal(literal) => {
                    let (raw, start) = match literal {
                        LiteralText::Source => (self.slice(part.span), at),
                        // Inside backticks: no place in the source corresponds.
                        LiteralText::Owned(text) | LiteralText::CookedSource(text) => {
                            (&**text, usize::MAX / 2)
                        }
                    };
                    unquoted(raw, start, &braces, &mut text);
                }
                _ if braces.iter().any(|&(start, end)| start <= at && at < end) => {}
                _ => self.part(part, &mut text),
            }
        }
        let value = text.is_value.then_some(text.value);
        (ShellWord { text: text.text, literal: text.is_exact, span: self.span(word.span) }, value)
    }

    /// A part that is no unquoted literal.
    fn part(&self, part: &WordPartNode, text: &mut Text) {
        let raw = self.slice(part.span);
        match &part.kind {
            WordPart::SingleQuoted { dollar, value } => {
                let content = self.slice(value.span());
                text.is_exact &= !(*dollar && content.contains('\\'));
                text.push_str(content);
            }
            WordPart::DoubleQuoted { parts, dollar } => {
                let length = text.text.len();
                parts.iter().for_each(|part| self.double_quoted_part(part, text));
                if *dollar {
                    text.text.truncate(length);
                    text.is_exact = false;
                }
            }
            WordPart::CommandSubstitution { body, syntax: CommandSubstitutionSyntax::DollarParen } => {
                text.push_unknown("${");
                text.push_unknown(&self.only_command(body));
                text.push_unknown("}");
            }
            WordPart::CommandSubstitution { .. }
            | WordPart::ArithmeticExpansion { syntax: ArithmeticExpansionSyntax::DollarParenParen, .. } => {
                text.push_unknown("${VAR}");
            }
            WordPart::ArithmeticExpansion { .. }
            | WordPart::ProcessSubstitution { .. }
            | WordPart::ZshQualifiedGlob(_) => text.push_unknown(""),
            WordPart::Literal(_) => text.push_str(raw),
            _ => {
                let name = raw.strip_prefix('$').unwrap_or(raw);
                let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
                text.push_unknown("${");
                text.push_unknown(name);
                text.push_unknown("}");
            }
        }
    }

    /// Backslashes stay as they are written, but those that join lines.
    fn double_quoted_part(&self, part: &WordPartNode, text: &mut Text) {
        if !matches!(part.kind, WordPart::Literal(_)) {
            return self.part(part, text);
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

    /// The words of a list that is one simple command, without blanks between them; else nothing.
    pub(super) fn only_command(&self, body: &StmtSeq) -> String {
        match body.as_slice() {
            [stmt] if !matches!(stmt.command, Command::Binary(_) | Command::Compound(_)) => {
                self.words(stmt).into_iter().map(|(word, _)| word.text).collect()
            }
            _ => String::new(),
        }
    }

    /// All words of a simple command, the name first; none where there is no name.
    pub(super) fn words(&self, stmt: &shuck_ast::Stmt) -> Vec<walk::Read> {
        match &stmt.command {
            Command::Simple(simple) if !walk::is_missing(&simple.name) => {
                std::iter::once(&simple.name).chain(&simple.args).map(|word| self.word(word)).collect()
            }
            Command::Builtin(builtin) => self.builtin_words(builtin, &stmt.redirects),
            Command::Decl(decl) => self.declaration_words(decl),
            _ => Vec::new(),
        }
    }
}

/// Text outside quotes. `start` is its offset, on which `braces` (ranges that expand) are based, too.
fn unquoted(raw: &str, start: usize, braces: &[(usize, usize)], text: &mut Text) {
    if raw.starts_with('~') && text.text.is_empty() {
        text.is_exact = false;
    }
    let mut skip_to = 0;
    let mut chars = raw.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if at < skip_to {
            continue;
        }
        if let Some(&(_, end)) = braces.iter().find(|&&(from, to)| from <= start + at && start + at < to) {
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
            '?' | '*' | '@' | '!' | '+' if rest.starts_with('(') && closing(rest).is_some() => {
                text.push_unknown("");
                skip_to = at + 1 + closing(rest).unwrap_or(0);
            }
            '*' | '?' => text.push_unknown(if c == '*' { "*" } else { "?" }),
            '[' if rest.find(']').is_some_and(|end| end > 0) => text.push_unknown("["),
            _ => text.push(c),
        }
    }
}

/// Where the parenthesis at the start of `text` ends.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}
