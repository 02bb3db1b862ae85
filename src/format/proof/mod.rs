//! The proof that two files mean the same. It reads both from scratch and does not depend on the printers.
//!
//! 1. [`buildkit`]: BuildKit reads the same instructions.
//! 2. [`shell`]: the shell reads the same commands.
//! 3. [`comments`]: every comment is still above the same thing.
//! 4. Another run changes nothing.

mod buildkit;
mod comments;
mod joined;
mod lexer;
mod shell;

use crate::source::Span;
use crate::syntax::Dockerfile;

/// Why a new layout is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutDifference {
    /// The instruction or comment in the old file whose meaning would change.
    pub span: Span,
    /// A clause such as "the shell would read `RUN` differently".
    pub reason: String,
}

impl LayoutDifference {
    fn new(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into() }
    }
}

/// Compares a file with its new layout. `print_again` lays out the new text.
///
/// # Errors
/// The first difference.
pub(super) fn prove_layout(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
    options: &super::FormatOptions,
    print_again: &dyn Fn() -> String,
) -> Result<(), LayoutDifference> {
    buildkit::compare_instructions(before, after, options.keep_cache)?;
    comments::compare_comments(before, after)?;
    let again = print_again();
    if again.as_bytes() != after.source {
        let at = again.bytes().zip(after.source).position(|(one, other)| one != *other).unwrap_or(0);
        let line = |source: &[u8], at: usize| source.iter().take(at).filter(|byte| **byte == b'\n').count();
        let after_line = line(after.source, at);
        // The instructions are the same in both files: the one at the difference has the same number.
        let number =
            after.instructions().take_while(|one| line(after.source, one.span.start as usize) <= after_line);
        let nth = number.count().saturating_sub(1);
        let span = before.instructions().nth(nth).map_or(Span::empty(0), |one| one.span);
        return Err(LayoutDifference::new(span, "another run would change the layout again"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::prove_layout;
    use crate::format::FormatOptions;
    use crate::syntax::parse;

    fn reason(before: &str, after: &str, options: &FormatOptions) -> Option<String> {
        let (one, other) = (parse(before.as_bytes()), parse(after.as_bytes()));
        prove_layout(&one, &other, options, &|| after.to_string()).err().map(|difference| difference.reason)
    }

    #[test]
    fn accepts_equivalent_layout() {
        for (before, after) in [
            ("from  a  as b\n\n\nrun  x\n", "FROM a AS b\n\nRUN x\n"),
            ("FROM a\nRUN x && \\\n # c\n y\n", "FROM a\nRUN x \\\n    # c\n    && y\n"),
            ("FROM a\nCOPY [ \"a\",\"b\" ]\n", "FROM a\nCOPY [\"a\", \"b\"]\n"),
            ("#syntax = a\nFROM a\n", "# syntax=a\nFROM a\n"),
            ("FROM a\nENV A=1   B=2\n", "FROM a\nENV A=1 \\\n    B=2\n"),
            ("FROM a\nRUN x \\\n# c\n", "FROM a\nRUN x\n# c\n"),
        ] {
            assert_eq!(reason(before, after, &FormatOptions::default()), None, "{before}");
        }
    }

    #[test]
    fn rejects_lost_moved_or_changed_parts() {
        for (before, after, expected) in [
            ("FROM a\n# c\nRUN x\n", "FROM a\nRUN x\n", "a comment would be lost or changed"),
            ("FROM a\n# c\nRUN x\n", "FROM a\n# d\nRUN x\n", "a comment would be lost or changed"),
            ("FROM a\n# c\nRUN x\n", "# c\nFROM a\nRUN x\n", "a comment would be above something else"),
            (
                "FROM a\nRUN x && \\\n# c\n y\n",
                "FROM a\n# c\nRUN x && y\n",
                "a comment would be above something else",
            ),
            ("FROM a\nRUN x\n", "FROM a\n# c\nRUN x\n", "a comment would be added"),
            (
                "FROM a\nRUN x 'a  b'\n",
                "FROM a\nRUN x 'a b'\n",
                "the command of `RUN` would be read differently",
            ),
            (
                "FROM a\nRUN x && y\n",
                "FROM a\nRUN x || y\n",
                "the command of `RUN` would be read differently",
            ),
            ("FROM a\nRUN x\n", "FROM a\nRUN [\"x\"]\n", "the form of `RUN` would be read differently"),
            (
                "FROM a\nRUN --network=none x\n",
                "FROM a\nRUN x\n",
                "a flag of `RUN` would be read differently",
            ),
            ("FROM a\nCOPY a b /\n", "FROM a\nCOPY b a /\n", "a source of `COPY` would be read differently"),
            (
                "FROM a\nCOPY a /b\n",
                "FROM a\nCOPY a /c\n",
                "the destination of `COPY` would be read differently",
            ),
            (
                "FROM a\nENV A=1\n",
                "FROM a\nENV A=\"1\"\n",
                "a key or value of `ENV` would be read differently",
            ),
            ("FROM a\nENV A 1\n", "FROM a\nENV A=1\n", "a key or value of `ENV` would be read differently"),
            (
                "FROM a\nLABEL a=b\n",
                "FROM a\nLABEL a=c\n",
                "a key or value of `LABEL` would be read differently",
            ),
            ("FROM a\nARG A=1\n", "FROM a\nARG A\n", "a name or value of `ARG` would be read differently"),
            ("FROM a AS b\n", "FROM a AS B\n", "the image or name of `FROM` would be read differently"),
            ("FROM a\nEXPOSE 1 2\n", "FROM a\nEXPOSE 1\n", "a word of `EXPOSE` would be read differently"),
            (
                "FROM a\nWORKDIR /a  b\n",
                "FROM a\nWORKDIR /a b\n",
                "the text of `WORKDIR` would be read differently",
            ),
            (
                "FROM a\nRUN <<X\na\nX\n",
                "FROM a\nRUN <<X\na \nX\n",
                "a heredoc of `RUN` would be read differently",
            ),
            ("FROM a\nUSER a\n", "FROM a\nWORKDIR a\n", "the keyword of `USER` would be read differently"),
            ("FROM a\nUSER a\n", "FROM a\n", "BuildKit would read a different number of instructions"),
            ("FROM a\nUSER a\n", "FROM a\nUSER\n", "BuildKit would reject the file"),
            ("# escape=`\nFROM a\n", "\n# escape=`\nFROM a\n", "a parser directive would change"),
            ("\u{feff}FROM a\n", "FROM a\n", "the byte-order mark would change"),
            ("  # b c\nFROM a AS b\n", "# b c\nFROM a AS b\n", "the description of `FROM` would change"),
            (
                "FROM a\nHEALTHCHECK CMD x  &&  y\n",
                "FROM a\nHEALTHCHECK CMD x  &  y\n",
                "the command of `HEALTHCHECK` would be read differently",
            ),
            (
                "FROM a\nONBUILD RUN x\n",
                "FROM a\nONBUILD RUN y\n",
                "the command of `ONBUILD` would be read differently",
            ),
        ] {
            let found = reason(before, after, &FormatOptions::default());
            assert_eq!(found.as_deref(), Some(expected), "{before}{after}");
        }
    }

    #[test]
    fn keeps_cache_keys_and_second_run_changes_nothing() {
        let keep = FormatOptions { keep_cache: true, ..FormatOptions::default() };
        let (before, after) = ("FROM a\nRUN x  y\n", "FROM a\nRUN x y\n");
        assert_eq!(
            reason(before, after, &keep).as_deref(),
            Some("the text of `RUN` would be read differently")
        );
        let (one, other) = (parse(before.as_bytes()), parse(after.as_bytes()));
        let again = prove_layout(&one, &other, &FormatOptions::default(), &|| before.to_string());
        let difference = again.expect_err("it is another text");
        assert_eq!(difference.reason, "another run would change the layout again");
        assert_eq!(difference.span.start, 7);
    }
}
