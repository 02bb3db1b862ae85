//! [`MalformedArray`]: text that is intended as a JSON array but is not one.
//!
//! BuildKit reports no error: it reads RUN, CMD, ENTRYPOINT and HEALTHCHECK as shell form, and splits VOLUME, COPY
//! and ADD at spaces, so brackets and commas become part of the words.

/// Text in brackets that BuildKit does not read as an array.
#[derive(Debug, PartialEq, Eq)]
pub struct MalformedArray {
    pub fault: ArrayFault,
    /// The intended strings, if all of them are plain words.
    pub strings: Option<Vec<String>>,
}

/// The first error in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayFault {
    SingleQuotes,
    CurlyQuotes,
    MissingQuotes,
    MissingComma,
    TrailingComma,
    MissingBracket,
    /// Something after the closing bracket.
    Rest,
    /// Anything else, such as an escape that JSON does not have.
    Other,
}

/// The kind of text that contains the brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayContext {
    /// A command: `[ … ]` is also the test command, `[[ … ]]` a test of bash.
    Command,
    /// The paths of COPY and ADD: `[a-z]*` is a pattern.
    Paths,
    /// The directories of VOLUME.
    Directories,
}

/// An element between the brackets.
#[derive(Debug)]
struct ArrayElement {
    text: String,
    quote: Option<char>,
    /// Whether a comma separates it from the previous element.
    comma: bool,
}

impl ArrayFault {
    /// Help for the error.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::SingleQuotes => "use double quotes: JSON has no single quotes",
            Self::CurlyQuotes => "use straight double quotes instead of typographic ones",
            Self::MissingQuotes => "put each word in double quotes",
            Self::MissingComma => "separate the strings with commas",
            Self::TrailingComma => "remove the comma before the closing bracket",
            Self::MissingBracket => "add the closing bracket",
            Self::Rest => "remove the text after the closing bracket",
            Self::Other => "write an array of strings in double quotes",
        }
    }
}

impl MalformedArray {
    /// Reads a text that BuildKit does not read as an array. `None` if it is not intended as one.
    #[must_use]
    pub fn read(text: &str, place: ArrayContext) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('[')?;
        // Valid JSON that BuildKit rejects for another reason.
        let is_json = serde_json::from_str::<serde_json::Value>(text).is_ok();
        if inner.starts_with('[') || inner.contains("{{") || is_json {
            return None;
        }
        let (elements, rest, trailing) = split_elements(inner)?;
        let first = elements.first()?;
        let commas = elements.iter().skip(1).filter(|element| element.comma).count();
        let blank_first = inner.starts_with(char::is_whitespace);
        let is_list = commas > 0 || trailing;
        let intended = match place {
            ArrayContext::Command if blank_first => is_list,
            // `["$A" = b ]` lacks a space after the bracket of a test.
            ArrayContext::Command => {
                is_list || elements.len() == 1 || elements.iter().all(|one| one.quote.is_some())
            }
            ArrayContext::Paths => is_list || first.quote.is_some(),
            ArrayContext::Directories => true,
        };
        // The text after a test, or the rest of a pattern.
        let goes_on = rest.is_some_and(|rest| match place {
            ArrayContext::Command => {
                // `[Net.X]::Y` of PowerShell.
                rest.starts_with(['&', '|', ';', '>', '<']) || (!rest.is_empty() && first.quote.is_none())
            }
            ArrayContext::Paths | ArrayContext::Directories => !rest.is_empty() && first.quote.is_none(),
        });
        if !intended || goes_on {
            return None;
        }
        let fault = find_array_fault(&elements, rest, trailing);
        let strings: Option<Vec<String>> =
            elements.iter().map(|one| one.is_plain_word().then(|| one.text.clone())).collect();
        let strings = strings.filter(|_| rest.is_none_or(str::is_empty));
        Some(Self { fault, strings })
    }
}

impl ArrayElement {
    fn is_plain_word(&self) -> bool {
        let allowed =
            |c: char| c.is_alphanumeric() || "._/:=@%+,-~".contains(c) || (c == ' ' && self.quote.is_some());
        !self.text.is_empty() && self.text.chars().all(allowed)
    }
}

fn find_array_fault(elements: &[ArrayElement], rest: Option<&str>, trailing: bool) -> ArrayFault {
    let has =
        |quotes: &[char]| elements.iter().any(|one| one.quote.is_some_and(|quote| quotes.contains(&quote)));
    if has(&['\'']) {
        ArrayFault::SingleQuotes
    } else if has(&['“', '”', '‘', '’', '„']) {
        ArrayFault::CurlyQuotes
    } else if elements.iter().any(|one| one.quote.is_none()) {
        ArrayFault::MissingQuotes
    } else if elements.iter().skip(1).any(|one| !one.comma) {
        ArrayFault::MissingComma
    } else if trailing {
        ArrayFault::TrailingComma
    } else {
        match rest {
            None => ArrayFault::MissingBracket,
            Some("") => ArrayFault::Other,
            Some(_) => ArrayFault::Rest,
        }
    }
}

/// The elements, the text after the closing bracket (`None` if there is no bracket), and whether a comma precedes the
/// bracket. `None` for a quote that is never closed.
fn split_elements(inner: &str) -> Option<(Vec<ArrayElement>, Option<&str>, bool)> {
    let mut elements: Vec<ArrayElement> = Vec::new();
    let mut comma = false;
    let mut left = inner.trim_start();
    loop {
        let Some(first) = left.chars().next() else { return Some((elements, None, comma)) };
        match first {
            ']' => return Some((elements, Some(left[1..].trim()), comma)),
            ',' => {
                comma = true;
                left = &left[1..];
            }
            '\'' | '"' | '“' | '”' | '‘' | '’' | '„' => {
                let after = &left[first.len_utf8()..];
                let (text, rest) = take_quoted(after, first)?;
                elements.push(ArrayElement { text, quote: Some(first), comma });
                comma = false;
                left = rest;
            }
            _ => {
                let end =
                    left.find(|c: char| c.is_whitespace() || c == ',' || c == ']').unwrap_or(left.len());
                elements.push(ArrayElement { text: left[..end].to_string(), quote: None, comma });
                comma = false;
                left = &left[end..];
            }
        }
        left = left.trim_start();
    }
}

/// The text up to the closing quote, and the rest.
fn take_quoted(text: &str, open: char) -> Option<(String, &str)> {
    let closes = |c: char| match open {
        '“' | '”' | '„' => matches!(c, '“' | '”' | '"'),
        '‘' | '’' => matches!(c, '‘' | '’' | '\''),
        _ => c == open,
    };
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if !escaped && closes(c) {
            return Some((text[..at].to_string(), &text[at + c.len_utf8()..]));
        }
        escaped = !escaped && c == '\\';
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ArrayContext, ArrayFault, MalformedArray};

    #[test]
    fn finds_malformed_arrays() {
        use ArrayContext::{Command, Directories, Paths};
        use ArrayFault::{
            CurlyQuotes, MissingBracket, MissingComma, MissingQuotes, Other, Rest, SingleQuotes,
            TrailingComma,
        };
        for (text, place, fault, strings) in [
            ("['a', 'b c']", Command, SingleQuotes, Some(&["a", "b c"][..])),
            ("[ 'a', \"b\" ]", Command, SingleQuotes, Some(&["a", "b"])),
            ("['a']", Command, SingleQuotes, Some(&["a"])),
            ("[“a”, “b”]", Command, CurlyQuotes, Some(&["a", "b"])),
            ("[a, b]", Command, MissingQuotes, Some(&["a", "b"])),
            ("[a]", Command, MissingQuotes, Some(&["a"])),
            ("[\"a\", b]", Command, MissingQuotes, Some(&["a", "b"])),
            ("[\"a\" \"b\"]", Command, MissingComma, Some(&["a", "b"])),
            ("[\"a\", \"b\",]", Command, TrailingComma, Some(&["a", "b"])),
            ("[\"a\", \"b\"", Command, MissingBracket, Some(&["a", "b"])),
            ("[\"a\", \"b\"] c", Command, Rest, None),
            ("[\"a\", \"C:\\d\"]", Command, Other, None),
            ("['a', '$B']", Command, SingleQuotes, None),
            ("[/data]", Directories, MissingQuotes, Some(&["/data"])),
            ("[/a, /b]", Directories, MissingQuotes, Some(&["/a", "/b"])),
            ("[a, b, /c/]", Paths, MissingQuotes, Some(&["a", "b", "/c/"])),
            ("['a', '/c/']", Paths, SingleQuotes, Some(&["a", "/c/"])),
        ] {
            let strings = strings.map(|all| all.iter().map(ToString::to_string).collect());
            assert_eq!(MalformedArray::read(text, place), Some(MalformedArray { fault, strings }), "{text}");
        }
    }

    #[test]
    fn ignores_text_not_meant_as_array() {
        use ArrayContext::{Command, Paths};
        for (text, place) in [
            ("[ -f /x ] && y", Command),
            ("[ \"$A\" = b ]", Command),
            ("[ \"$A\" = \"b,c\" ] || y", Command),
            ("[ a = b ]", Command),
            ("[[ -f /x ]]", Command),
            ("[\"$A\" = b ] && y", Command),
            ("[-f /x ] && y", Command),
            ("[ 'it", Command),
            ("echo [a]", Command),
            ("[a-z]* /x/", Paths),
            ("[Dd]ockerfile /x", Paths),
            ("[{{ x }}]", Command),
            ("[ \"a\", [ \"b\" ] ]", Command),
            ("[Net.X]::Y = [Net.Z]::W ; a", Command),
            ("", Command),
        ] {
            assert_eq!(MalformedArray::read(text, place), None, "{text}");
        }
    }
}
