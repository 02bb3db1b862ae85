//! Whether a command line is in exec form.

use super::View;
use crate::syntax::{CommandLine, Dockerfile};

/// Whether the line is a JSON array (to hadolint: of strings as it reads them).
pub fn is_exec_form(file: &Dockerfile<'_>, line: &CommandLine<'_>, view: View) -> bool {
    match line {
        CommandLine::Shell(_) => false,
        CommandLine::Exec { words, .. } => {
            !view.reads_strings_by_escape
                || words.iter().all(|word| is_string(word.span.bytes(file.source), file.escape))
        }
    }
}

/// Whether the bytes, including the quotes, are one string whose inner quotes each follow exactly one `escape`.
fn is_string(quoted: &[u8], escape: u8) -> bool {
    let Some(content) = quoted.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return false;
    };
    let mut escapes = 0usize;
    for byte in content.iter().chain(b"\"") {
        if *byte == b'"' && escapes > 1 {
            return false;
        }
        escapes = if *byte == escape { escapes + 1 } else { 0 };
    }
    let mut before = None;
    content.iter().chain(b"\"").enumerate().all(|(at, byte)| {
        let closes = *byte == b'"' && before != Some(escape);
        before = Some(*byte);
        closes == (at == content.len())
    })
}

#[cfg(test)]
mod tests {
    use super::is_string;

    #[test]
    fn reads_strings_like_hadolint() {
        for (text, backslash, backquote) in [
            (r#""a""#, true, true),
            (r#""""#, true, true),
            (r#""a\"b""#, true, false),
            (r#""a\\""#, false, true),
            (r#""a\\\"b""#, false, false),
            (r#""a\\b""#, true, true),
            (r#""a\nb""#, true, true),
            (r#""a`""#, true, false),
        ] {
            assert_eq!(is_string(text.as_bytes(), b'\\'), backslash, "{text}");
            assert_eq!(is_string(text.as_bytes(), b'`'), backquote, "{text}");
        }
    }
}
