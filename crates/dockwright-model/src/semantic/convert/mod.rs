//! Parsers of short values in instructions; they do what BuildKit's Go libraries do.

pub mod chmod;
pub mod port;
pub mod signal;
pub mod size;

/// Parses a truth value: `1`, `t`, `true` and so on, as Go's `strconv.ParseBool` accepts them.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_bool;

    #[test]
    fn parses_booleans_like_go() {
        for (text, expected) in [
            ("true", Some(true)),
            ("0", Some(false)),
            ("tRUE", None),
            ("yes", None),
            ("", None),
            ("T", Some(true)),
        ] {
            assert_eq!(parse_bool(text), expected, "{text}");
        }
    }
}
