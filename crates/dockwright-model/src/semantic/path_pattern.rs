//! [`PathPattern`]: Go's `filepath.Match`, with which BuildKit finds the sources of COPY and ADD.

/// A pattern: `*` and `?` match within one name, `[a-z]` and `[^a-z]` one character, `\` makes the next character
/// literal. Everything else, including `^` and `**`, has no special meaning.
#[derive(Debug, Clone)]
pub struct PathPattern {
    tokens: Vec<GlobToken>,
}

#[derive(Debug, Clone)]
enum GlobToken {
    Is(char),
    /// `?`
    One,
    /// `*`
    Many,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl PathPattern {
    /// Parses a pattern. If Go rejects it, it matches nothing.
    #[must_use]
    pub fn new(pattern: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut characters = pattern.chars().peekable();
        while let Some(c) = characters.next() {
            tokens.push(match c {
                '*' => GlobToken::Many,
                '?' => GlobToken::One,
                '\\' => GlobToken::Is(characters.next()?),
                '[' => {
                    let negated = characters.next_if_eq(&'^').is_some();
                    let mut ranges = Vec::new();
                    while ranges.is_empty() || characters.next_if_eq(&']').is_none() {
                        let low = read_class_character(&mut characters)?;
                        let is_range = characters.next_if_eq(&'-').is_some();
                        let high = if is_range { read_class_character(&mut characters)? } else { low };
                        ranges.push((low, high));
                    }
                    GlobToken::Class { negated, ranges }
                }
                _ => GlobToken::Is(c),
            });
        }
        Some(Self { tokens })
    }

    /// Whether a text contains special characters of patterns.
    #[must_use]
    pub(crate) fn is_pattern(text: &str) -> bool {
        text.contains(['*', '?', '[', '\\'])
    }

    /// Whether all of the path matches.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        let mut rest = path;
        let mut at = 0;
        // The last `*`: the token after it, and the text from which it was last tried. Extending an earlier `*` would
        // not help.
        let mut last: Option<(usize, &str)> = None;
        loop {
            let mut characters = rest.chars();
            let next = characters.next();
            match (self.tokens.get(at), next) {
                (None, None) => return true,
                (Some(GlobToken::Many), _) => {
                    at += 1;
                    last = Some((at, rest));
                    continue;
                }
                (Some(token), Some(c)) if token.is_match(c) => {
                    at += 1;
                    rest = characters.as_str();
                    continue;
                }
                _ => {}
            }
            let Some((after, from)) = last else { return false };
            let mut characters = from.chars();
            match characters.next() {
                Some(c) if c != '/' => {
                    last = Some((after, characters.as_str()));
                    (at, rest) = (after, characters.as_str());
                }
                _ => return false,
            }
        }
    }
}

impl GlobToken {
    fn is_match(&self, c: char) -> bool {
        match self {
            Self::Is(own) => *own == c,
            Self::One => c != '/',
            Self::Many => false,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

/// One character of a class, which may be escaped.
fn read_class_character(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_as_in_go() {
        for (pattern, path, expected) in [
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("a*", "a", Some(true)),
            ("a*", "ab/c", Some(false)),
            ("a*/b", "abc/b", Some(true)),
            ("a*/b", "a/c/b", Some(false)),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", Some(true)),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", Some(false)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
            ("a*b?c*x", "abxbbxdbxebxczzy", Some(false)),
            ("ab[c]", "abc", Some(true)),
            ("ab[b-d]", "abc", Some(true)),
            ("ab[e-g]", "abc", Some(false)),
            ("ab[^c]", "abc", Some(false)),
            ("ab[^e-g]", "abc", Some(true)),
            ("ab[!c]", "ab!", Some(true)),
            ("ab[c^]", "ab^", Some(true)),
            ("a\\*b", "a*b", Some(true)),
            ("a\\*b", "ab", Some(false)),
            ("a?b", "aéb", Some(true)),
            ("a[^a]b", "aéb", Some(true)),
            ("a?b", "a/b", Some(false)),
            ("a[^x]b", "a/b", Some(true)),
            ("[a-ζ]*", "α", Some(true)),
            ("*[a-ζ]", "A", Some(false)),
            ("[\\]a]", "]", Some(true)),
            ("[\\-]", "-", Some(true)),
            ("[x\\-]", "-", Some(true)),
            ("a.b", "axb", Some(false)),
            ("a^b", "a^b", Some(true)),
            ("a*^b", "aa^b", Some(true)),
            ("?^v2", "a^v2", Some(true)),
            ("^*", "^one", Some(true)),
            ("[^x]^", "a^", Some(true)),
            ("**/a", "b/a", Some(true)),
            ("**/a", "b/c/a", Some(false)),
            ("", "", Some(true)),
            ("", "a", Some(false)),
            ("*x", "xxx", Some(true)),
            ("[]a]", "]", None),
            ("[-]", "-", None),
            ("[x-]", "x", None),
            ("[-x]", "x", None),
            ("[a-b-c]", "a", None),
            ("[", "a", None),
            ("[^", "a", None),
            ("[^bc", "a", None),
            ("a[", "a", None),
            ("\\", "a", None),
        ] {
            let found = PathPattern::new(pattern).map(|read| read.is_match(path));
            assert_eq!(found, expected, "{pattern} {path}");
        }
    }
}
