//! The unified diff of two texts.

use similar::TextDiff;

use crate::semantic::secrets::{MASK, mask_secrets, masked_text};
use crate::source::Span;

/// A unified diff with three lines of context, `a/` and `b/` before the name; empty if the texts are equal.
/// Bytes that are not UTF-8 are shown as U+FFFD, and those of secrets as `•`. If it shows masked secrets, a line before
/// the header says so, which programs that apply patches skip.
pub fn unified_diff(name: &str, old: &[u8], new: &[u8]) -> String {
    if old == new {
        return String::new();
    }
    let (old_text, new_text) = (mask_secrets(old), mask_secrets(new));
    let diff = diff_texts(name, &old_text, &new_text);
    let is_masked = old_text.as_bytes() != old || new_text.as_bytes() != new;
    if is_masked && diff.contains(MASK) {
        return format!(
            "# {name}: secrets are shown as `{MASK}`; hunks that show one cannot be applied\n{diff}"
        );
    }
    diff
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

    #[test]
    fn a_diff_that_shows_masked_secrets_says_so() {
        let token = format!("gh{}R7kQ2mZp9XvB4tLw8NsYc3HdJf6GaEuT5qWi", "p_");
        let old = format!("FROM a\nENV API_TOKEN={token}\nRUN b\nRUN c\nRUN d\nadd x /\n");
        let near = unified_diff("f", old.as_bytes(), old.replace("RUN b", "RUN e").as_bytes());
        let note = "# f: secrets are shown as `•`; hunks that show one cannot be applied\n--- a/f\n";
        assert!(near.starts_with(note) && !near.contains(&token), "{near}");
        // Three lines of context do not reach the secret.
        let far = unified_diff("f", old.as_bytes(), old.replace("add", "COPY").as_bytes());
        assert!(far.starts_with("--- a/f\n"), "{far}");
    }
}
