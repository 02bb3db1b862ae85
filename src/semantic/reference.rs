//! References to variables in the text of an instruction.

use std::ops::Range;

/// A `$NAME` or `${NAME…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'t> {
    pub name: &'t str,
    /// The bytes of the text that it takes up; of `${NAME:-…}`, those up to the end of the name.
    pub range: Range<usize>,
}

/// The references that the builder expands: those in single quotes or behind the escape character stay as
/// they are. Names inside a default (`${A:-$B}`) count, too.
pub fn references(text: &str, escape: u8) -> Vec<Reference<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte == escape && quote != Some(b'\'') => at += 1,
            b'"' | b'\'' if quote.is_none() => quote = Some(byte),
            _ if quote == Some(byte) => quote = None,
            b'$' if quote != Some(b'\'') => {
                let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'{'));
                let name = name_at(text, start);
                if !name.is_empty() {
                    let closed = bytes.get(start + name.len()) == Some(&b'}');
                    let end = start + name.len() + usize::from(start > at + 1 && closed);
                    found.push(Reference { name, range: at..end });
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The name of a variable that starts at `start`; empty where there is none.
fn name_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    match rest.get(..end) {
        Some(name) if !name.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => "",
    }
}

/// Whether the text names the variable as `$NAME` or `${NAME}`, quotes and escapes aside.
pub fn mentions(text: &str, name: &str) -> bool {
    let bare = format!("${name}");
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    text.contains(&format!("${{{name}}}")) || text.split(&bare).skip(1).any(|rest| !goes_on(rest))
}

/// Whether `$NAME`, with any text behind it, or `${NAME}` occurs in the text.
pub fn occurs(text: &str, name: &str) -> bool {
    text.contains(&format!("${{{name}}}")) || text.contains(&format!("${name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found() {
        for (text, names) in [
            ("a", &[][..]),
            ("$a", &["$a"]),
            ("${a}b$c", &["${a}", "$c"]),
            ("${a:-$b}", &["${a", "$b"]),
            ("'$a' \"$b\"", &["$b"]),
            (r"\$a $b", &["$b"]),
            ("\"it's $a\"", &["$a"]),
            ("$ $$ $1 ${", &[]),
            ("$é$a-b", &["$a"]),
        ] {
            let found: Vec<&str> = references(text, b'\\')
                .into_iter()
                .filter_map(|reference| text.get(reference.range))
                .collect();
            assert_eq!(found, names, "{text}");
        }
    }

    #[test]
    fn mentions_are_whole_names() {
        for (text, expected) in [
            ("$a", true),
            ("x${a}y", true),
            ("$ab", false),
            ("$a_b", false),
            ("$ab$a", true),
            ("${a:-b}", false),
            ("'$a'", true),
            ("a", false),
        ] {
            assert_eq!(mentions(text, "a"), expected, "{text}");
        }
    }
}
