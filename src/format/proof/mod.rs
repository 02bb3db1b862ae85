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

/// Why a new layout is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The instruction or comment in the old file that would mean something else.
    pub span: Span,
    /// A clause such as "the shell would read `RUN` differently".
    pub reason: String,
}

impl Difference {
    fn new(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into() }
    }
}

/// Compares a file with its new layout. `print_again` lays out the new text.
///
/// # Errors
/// The first difference.
pub fn prove(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
    options: &super::FormatOptions,
    print_again: &dyn Fn() -> String,
) -> Result<(), Difference> {
    buildkit::compare(before, after, options.keep_cache)?;
    comments::compare(before, after)?;
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
        return Err(Difference::new(span, "another run would change the layout again"));
    }
    Ok(())
}
