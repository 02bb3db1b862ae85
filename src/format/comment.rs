//! Comments: `#text` becomes `# text`.

use std::borrow::Cow;

/// A comment, from its `#`, with a space after the `#` if a word or a quotation follows. Rulers (`#----`), shebangs
/// and `##` stay as they are.
pub(super) fn normalize_comment(comment: &str) -> Cow<'_, str> {
    let comment = comment.trim();
    match comment.strip_prefix('#') {
        Some(text) if text.starts_with(starts_comment_text) => Cow::Owned(format!("# {text}")),
        _ => Cow::Borrowed(comment),
    }
}

fn starts_comment_text(c: char) -> bool {
    c.is_alphanumeric() || "\"'`([{$@".contains(c)
}

/// Whether a comment would be a parser directive at the top of a file.
pub(super) fn looks_like_directive(comment: &str) -> bool {
    let text = comment.trim().trim_start_matches('#').trim_start();
    let Some((key, _)) = text.split_once('=') else { return false };
    ["syntax", "escape", "check"].iter().any(|known| key.trim_end().eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_space_before_words_only() {
        for (comment, expected) in [
            ("#text", "# text"),
            ("# text  ", "# text"),
            ("#  text", "#  text"),
            ("#", "#"),
            ("##", "##"),
            ("#!/bin/sh", "#!/bin/sh"),
            ("#-----", "#-----"),
            ("#====", "#===="),
            ("#é", "# é"),
            ("#\ttext", "#\ttext"),
            ("#$X", "# $X"),
        ] {
            assert_eq!(normalize_comment(comment), expected);
        }
    }

    #[test]
    fn directives_are_recognized_in_any_case() {
        for comment in ["#syntax=a", "# Escape = `", "  # check=skip=all"] {
            assert!(looks_like_directive(comment), "{comment}");
        }
        for comment in ["# a syntax=b", "# syntax", "#"] {
            assert!(!looks_like_directive(comment), "{comment}");
        }
    }
}
