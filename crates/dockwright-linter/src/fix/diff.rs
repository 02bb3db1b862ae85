//! The unified diff of two texts.

use similar::TextDiff;

use crate::semantic::secrets::{mask_secrets, masked_text};
use crate::source::Span;

/// A unified diff with three lines of context, `a/` and `b/` before the name; empty if the texts are equal.
/// Bytes that are not UTF-8 are shown as U+FFFD, and those of secrets as `•`.
pub fn unified_diff(name: &str, old: &[u8], new: &[u8]) -> String {
    if old == new {
        return String::new();
    }
    diff_texts(name, &mask_secrets(old), &mask_secrets(new))
}

/// A unified diff of texts whose secrets are masked.
pub fn unified_diff_hiding(name: &str, (old, hidden): (&[u8], &[Span]), new: (&[u8], &[Span])) -> String {
    if old == new.0 {
        return String::new();
    }
    diff_texts(name, &masked_text(old, hidden), &masked_text(new.0, new.1))
}

fn diff_texts(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::unified_diff;

    #[test]
    fn lines_that_change_are_shown() {
        assert_eq!(unified_diff("f", b"a\n", b"a\n"), "");
        insta::assert_snapshot!(unified_diff("f", b"FROM a\nadd x /\n", b"FROM a\nCOPY x /"), @r"
        --- a/f
        +++ b/f
        @@ -1,2 +1,2 @@
         FROM a
        -add x /
        +COPY x /
        \ No newline at end of file
        ");
    }
}
