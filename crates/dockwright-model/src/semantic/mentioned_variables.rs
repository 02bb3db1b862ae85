//! Names of variables in plain text (`expand` finds those that the builder expands), and names that the builder sets.

use std::collections::HashSet;
use std::hash::BuildHasher;

/// Each `NAME` that occurs as `$NAME` or `${NAME}`; quotes and escapes are ignored.
pub fn mentioned_variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let (in_braces, rest) = match rest.strip_prefix('{') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        (!name.is_empty() && (!in_braces || after.starts_with('}'))).then_some(name)
    })
}

/// Whether the text contains `$NAME` (with any text after it) or `${NAME}` for one of the names.
pub fn mentions_any_variable<S: BuildHasher>(text: &str, names: &HashSet<&str, S>) -> bool {
    if !text.contains('$') {
        return false;
    }
    let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
    text.split('$').skip(1).any(|rest| {
        let braced = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        braced.is_some_and(|(name, _)| names.contains(name))
            || (1..=longest).any(|end| rest.get(..end).is_some_and(|name| names.contains(name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        for (text, names) in [
            ("a", &[][..]),
            ("$a", &["a"]),
            ("x${a}y", &["a"]),
            ("$ab$c", &["ab", "c"]),
            ("$a_b-c", &["a_b"]),
            ("${a:-$b}", &["b"]),
            ("'$a'", &["a"]),
            (r"\$a", &["a"]),
            ("$ $$ ${", &[]),
            ("$1é$é", &["1"]),
        ] {
            assert_eq!(mentioned_variables(text).collect::<Vec<_>>(), names, "{text}");
        }
    }

    #[test]
    fn mentions_need_no_end() {
        let names = HashSet::from(["a", "bcd"]);
        for (text, expected) in
            [("$ab", true), ("${a}", true), ("x$bcde", true), ("${ab}", false), ("a", false), ("$bc", false)]
        {
            assert_eq!(mentions_any_variable(text, &names), expected, "{text}");
        }
    }
}
