//! The value of `--chmod`.

/// Why a mode is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModeError {
    /// Begins like a number, but is not an octal one up to 7777.
    Octal,
    /// Neither a number nor symbols.
    Symbols,
}

/// Reads `644`, `u=rwX,go-w` …; the mode if it is a number.
///
/// # Errors
/// BuildKit rejects the text.
pub(crate) fn parse_mode(text: &str) -> Result<Option<u32>, ModeError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let mode = u32::from_str_radix(text, 8).map_err(|_| ModeError::Octal)?;
        return if mode > 0o7777 { Err(ModeError::Octal) } else { Ok(Some(mode)) };
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(ModeError::Octal);
    }
    if text.split(',').all(is_mode_clause) { Ok(None) } else { Err(ModeError::Symbols) }
}

/// Whether this is a clause of a symbolic mode, such as `u=rwX` or `go-w`.
fn is_mode_clause(clause: &str) -> bool {
    let actions = clause.trim_start_matches(['a', 'u', 'g', 'o']);
    actions.starts_with(['+', '-', '=']) && actions.bytes().all(|byte| b"+-=rwxXstugo".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_modes_like_buildkit() {
        for (text, expected) in [
            ("644", Ok(Some(0o644))),
            ("0755", Ok(Some(0o755))),
            ("7777", Ok(Some(0o7777))),
            ("10000", Err(ModeError::Octal)),
            ("00644", Ok(Some(0o644))),
            ("888", Err(ModeError::Octal)),
            ("7a", Err(ModeError::Octal)),
            ("u=rwx,go=rx", Ok(None)),
            ("+x", Ok(None)),
            ("a+rX", Ok(None)),
            ("go=u-w", Ok(None)),
            ("u+s,o+t", Ok(None)),
            ("u=", Ok(None)),
            ("rwx", Err(ModeError::Symbols)),
            ("u", Err(ModeError::Symbols)),
            ("", Err(ModeError::Symbols)),
            ("u+q", Err(ModeError::Symbols)),
            ("u+x,", Err(ModeError::Symbols)),
            ("-x", Ok(None)),
        ] {
            assert_eq!(parse_mode(text), expected, "{text}");
        }
    }
}
