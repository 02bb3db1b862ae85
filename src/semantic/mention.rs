//! Whether a text names a variable, looked at as plain text. (What the builder expands, `expand` knows.)

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
