//! Finds the heredoc operators of a line: splits it into words as a shell does, with quotes, escapes and `${…}`, and
//! tests whether a word is an operator.
//!
//! The escape character is always the backslash here, regardless of the `escape` directive.

use std::ops::Range;

use super::white_space;

/// The delimiter of a heredoc operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// Without quotes and escapes.
    pub name: String,
    /// Whether variables in the body are expanded: no part of the delimiter is quoted.
    pub expand: bool,
    /// Whether leading tabs are removed: the operator is `<<-`.
    pub chomp: bool,
}

impl Delimiter {
    /// Reads a word: digits, `<<`, `-`, spaces, and a delimiter, which is a single, non-empty word without `<`.
    pub(crate) fn parse(word: &[u8]) -> Option<Self> {
        let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let after = word.get(digits..)?.strip_prefix(b"<<")?;
        let (chomp, after) = match after.strip_prefix(b"-") {
            Some(after) => (true, after),
            None => (false, after),
        };
        let spaces = after.iter().take_while(|byte| white_space::is_regex_space(**byte)).count();
        let text = after.get(spaces..).filter(|text| !text.is_empty() && !text.contains(&b'<'))?;
        if split_words(text)?.len() != 1 {
            return None;
        }
        let unquoted = UnquotedWord::read(&String::from_utf8_lossy(text));
        let name = unquoted.text.trim_matches(|c: char| c.is_whitespace() && !unquoted.quoted).to_string();
        (!name.is_empty()).then_some(Self { name, expand: !unquoted.quoted, chomp })
    }
}

struct UnquotedWord {
    text: String,
    quoted: bool,
}

impl UnquotedWord {
    /// Removes quotes and escapes from a text with balanced quotes.
    fn read(text: &str) -> Self {
        let mut unquoted = Self { text: String::new(), quoted: false };
        let mut quote = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            match (quote, c) {
                (None, '\'' | '"') => {
                    quote = Some(c);
                    unquoted.quoted = true;
                }
                (Some(open), c) if open == c => quote = None,
                (None, '\\') => unquoted.text.extend(characters.next()),
                (Some('"'), '\\') if matches!(characters.peek(), Some('"' | '$' | '\\')) => {
                    unquoted.text.extend(characters.next());
                }
                _ => unquoted.text.push(c),
            }
        }
        unquoted
    }
}

/// The words of a line, as ranges; `None` if it cannot be read: an unbalanced quote, or an unknown form of `${…}`.
/// Words that are empty except for quotes do not count.
pub(super) fn split_words(text: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scanner =
        WordScanner { text, at: 0, open: Vec::new(), substitution: false, words: WordRanges::default() };
    while let Some(c) = scanner.peek() {
        scanner.take_character_if_next(c)?;
    }
    scanner.open.is_empty().then(|| scanner.words.into_ranges())
}

/// The constructs around a text, from the outside in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenConstruct {
    /// `"…"`
    Quote,
    /// The rest of `${name-…}`.
    Brace,
    /// The pattern of `${name/…/`.
    Pattern,
}

#[derive(Default)]
struct WordRanges {
    found: Vec<Range<usize>>,
    /// Where the current word began.
    start: Option<usize>,
    /// The end of the last part that is known to contain text.
    end: usize,
}

impl WordRanges {
    fn extend_current_word(&mut self, range: Range<usize>) {
        self.start.get_or_insert(range.start);
        self.end = range.end;
    }

    fn into_ranges(mut self) -> Vec<Range<usize>> {
        self.finish_word();
        self.found
    }

    fn finish_word(&mut self) {
        if let Some(start) = self.start.take() {
            self.found.push(start..self.end);
        }
    }
}

struct WordScanner<'t> {
    text: &'t [u8],
    at: usize,
    open: Vec<OpenConstruct>,
    /// Whether this is inside a `${…}` that began outside of quotes: any white space in it separates words.
    substitution: bool,
    words: WordRanges,
}

impl WordScanner<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        white_space::first_char(self.rest()).map(|(c, _)| c)
    }

    /// Consumes a character. It belongs to the current word unless it separates words here.
    fn take_character(&mut self) -> Option<char> {
        let (c, len) = white_space::first_char(self.rest())?;
        let separates = self.open.is_empty() || self.substitution;
        if separates && c.is_whitespace() {
            self.words.finish_word();
        } else {
            self.words.extend_current_word(self.at..self.at + len);
        }
        self.at += len;
        Some(c)
    }

    /// Consumes a character that always belongs to the word.
    fn take_literal_character(&mut self) {
        if let Some((c, len)) = white_space::first_char(self.rest()) {
            if self.substitution && c.is_whitespace() {
                self.words.finish_word();
            } else {
                self.words.extend_current_word(self.at..self.at + len);
            }
            self.at += len;
        }
    }

    fn take_character_if_next(&mut self, c: char) -> Option<()> {
        match (self.open.last().copied(), c) {
            (Some(OpenConstruct::Quote), '"') | (Some(OpenConstruct::Brace), '}') => {
                self.close_open_construct();
            }
            (Some(OpenConstruct::Pattern), '/') => {
                self.take_literal_character();
                self.open.pop();
                self.open.push(OpenConstruct::Brace);
            }
            (_, '$') => self.take_expansion()?,
            (Some(OpenConstruct::Quote), '\\') => {
                self.take_literal_character();
                if matches!(self.peek(), Some('"' | '$' | '\\')) {
                    self.take_literal_character();
                }
            }
            (Some(OpenConstruct::Quote), _) => self.take_literal_character(),
            (_, '\\') => {
                self.take_literal_character();
                self.take_literal_character();
            }
            (_, '"') => {
                self.open.push(OpenConstruct::Quote);
                self.take_literal_character();
            }
            (_, '\'') => {
                self.take_literal_character();
                let len = self.rest().iter().position(|byte| *byte == b'\'')?;
                self.take_single_quoted(len + 1);
            }
            (None, '<') => {
                self.take_literal_character();
                if self.peek() == Some('<') {
                    self.take_literal_character();
                    // Spaces after the operator do not end its word.
                    while matches!(self.peek(), Some(' ' | '\t' | '\r')) {
                        self.take_literal_character();
                    }
                }
            }
            _ => {
                self.take_character();
            }
        }
        Some(())
    }

    fn close_open_construct(&mut self) {
        self.take_literal_character();
        self.open.pop();
        self.substitution &= !self.open.is_empty();
    }

    /// Consumes the text in single quotes and the closing quote.
    fn take_single_quoted(&mut self, len: usize) {
        if self.substitution {
            let end = self.at + len;
            while self.at < end {
                self.take_literal_character();
            }
        } else {
            self.words.extend_current_word(self.at..self.at + len);
            self.at += len;
        }
    }

    /// `$name`, `${name}` or the beginning of `${name…`. `None` for a form that the scanner rejects.
    fn take_expansion(&mut self) -> Option<()> {
        self.take_literal_character();
        if self.peek() != Some('{') {
            self.take_name();
            return Some(());
        }
        self.take_literal_character();
        if matches!(self.peek(), None | Some('{' | '}' | ':')) {
            return None;
        }
        self.take_name();
        match self.peek()? {
            '}' => self.take_literal_character(),
            ':' => {
                self.take_literal_character();
                if matches!(self.peek(), None | Some('#' | '%')) {
                    return None;
                }
                self.take_literal_character();
                self.push_open_construct(OpenConstruct::Brace);
            }
            '+' | '-' | '?' | '#' | '%' => {
                self.take_literal_character();
                self.push_open_construct(OpenConstruct::Brace);
            }
            '/' => {
                self.take_literal_character();
                if self.peek() == Some('/') {
                    self.take_literal_character();
                }
                self.push_open_construct(OpenConstruct::Pattern);
            }
            _ => return None,
        }
        Some(())
    }

    fn push_open_construct(&mut self, open: OpenConstruct) {
        self.substitution |= self.open.is_empty();
        self.open.push(open);
    }

    /// Consumes letters, digits and `_` (only digits if the first character is one), or one special character.
    fn take_name(&mut self) {
        match self.peek() {
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => self.take_literal_character(),
            Some(c) if c.is_numeric() => {
                while self.peek().is_some_and(char::is_numeric) {
                    self.take_literal_character();
                }
            }
            _ => {
                while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    self.take_literal_character();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Option<Vec<&str>> {
        Some(split_words(text.as_bytes())?.into_iter().map(|range| &text[range]).collect())
    }

    #[test]
    fn words_keep_quotes_and_escapes() {
        for (text, expected) in [
            ("a  b", vec!["a", "b"]),
            (r#"RUN 'a b' "c d"e \ f"#, vec!["RUN", "'a b'", "\"c d\"e", r"\ f"]),
            ("cat <<  EOF && x", vec!["cat", "<<  EOF", "&&", "x"]),
            ("cat <<- EOF", vec!["cat", "<<-", "EOF"]),
            ("a < b <<c", vec!["a", "<", "b", "<<c"]),
            ("${a:-x y} z", vec!["${a:-x", "y}", "z"]),
            ("\"${a:-x y} z\"", vec!["\"${a:-x y} z\""]),
            ("${a/x y/\"b c\"}d", vec!["${a/x", "y/\"b", "c\"}d"]),
            ("$$'a b' $1x ${a:=b}", vec!["$$'a b'", "$1x", "${a:=b}"]),
            ("$(a 'b)' `c d`", vec!["$(a", "'b)'", "`c", "d`"]),
            ("a\\", vec!["a\\"]),
        ] {
            assert_eq!(split(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn rejects_unreadable_lines() {
        for text in [
            "don't", "\"a", r"'a\' b'", "${x^^}", "${x,,}", "${x[0]}", "${#x}", "${!x}", "${x@Q}", "${x=y}",
            "${x/a}", "${}", "${:a}", "${{a}", "${a", "${a:#b}", "${a:-b", "\"a\\\"", "${a-\"}",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    #[test]
    fn parses_heredoc_delimiters() {
        let read = |word: &str| {
            Delimiter::parse(word.as_bytes()).map(|found| (found.name, found.expand, found.chomp))
        };
        for (word, name, expand, chomp) in [
            ("<<EOF", "EOF", true, false),
            ("<<-EOF", "EOF", true, true),
            ("<<'EOF'", "EOF", false, false),
            ("<<-\"EOF\"", "EOF", false, true),
            ("<<E\"O\"F", "EOF", false, false),
            ("3<<EOF", "EOF", true, false),
            ("<<  EOF", "EOF", true, false),
            ("<< -EOF", "-EOF", true, false),
            ("<<EOF)", "EOF)", true, false),
            ("<<EOF>f", "EOF>f", true, false),
            ("<<\\EOF", "EOF", true, false),
            ("<<$EOF", "$EOF", true, false),
            ("<<${A}", "${A}", true, false),
            ("<<'one two'", "one two", false, false),
            ("<<ab'c'", "abc", false, false),
            ("<<ab\\'c", "ab'c", true, false),
            ("<<'a'b\\'c", "ab'c", false, false),
            ("<<- X", "X", true, true),
        ] {
            assert_eq!(read(word), Some((name.to_string(), expand, chomp)), "{word}");
        }
        for word in
            ["", "X", "<<", "<<-", "<X", "<<<X", "<<A<<B", "<<\"\"", "<<X sh", "a<<EOF", "<<'a", "\"<<EOF\""]
        {
            assert_eq!(read(word), None, "{word}");
        }
    }
}
