//! ShellCheck's diagnostics of shell text, by the embedded analyser.
//!
//! Make one [`Analyser`] for a run over many files and share it between threads: the tables behind it are built
//! once, and a text that comes again (most RUNs of a repository do) costs a look-up. What is said of a code, and
//! how bad it is, stands in [`codes`]; the shell that a text is for in [`Shell`].

mod cache;
pub mod codes;
mod dash;
mod engine;
mod fixes;
mod last;
mod own;
mod prelude;
mod quoting;
mod shells;
mod spans;
#[cfg(test)]
mod tests;

pub use last::last;
pub use prelude::PROXIES;
pub use shells::{Dialect, Shell, has_foreign_shebang, shebang_sets_errexit, shebang_sets_pipefail};
pub use spans::length_of_word;

use dockerfile_syntax::Span;
use dockwright_diagnostic::{Fix, Severity};

/// A piece of shell text to be analysed.
#[derive(Debug, Clone, Copy)]
pub struct ShellText<'a> {
    /// As [`mask`](super::mask) gives it.
    pub text: &'a str,
    /// Where it begins in the file, in bytes.
    pub offset: u32,
    /// The bytes of the file that it was made of: as many, from the same place. An edit is offered only where
    /// both are the same.
    pub original: &'a [u8],
    pub shell: Shell,
    /// The names of ARGs and ENVs in scope.
    pub names: &'a [&'a str],
}

/// What ShellCheck would say of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellDiagnostic {
    /// 2086 for `SC2086`; [`codes::of`] knows its name.
    pub code: u32,
    pub severity: Severity,
    pub span: Span,
    /// One line, in our words.
    pub message: String,
    pub fix: Option<Fix>,
}

/// The diagnostics of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Sorted by position, then code.
    pub diagnostics: Vec<ShellDiagnostic>,
    /// Why there may be fewer than there should be.
    pub shortfall: Option<Shortfall>,
}

/// What kept the analyser from looking at everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// The checks that take longest were left out.
    Long,
    /// Too long, or too deeply nested, to be analysed at all.
    TooLong,
    /// The analyser failed.
    Broken,
}

impl Shortfall {
    /// One line for the user.
    pub fn message(self) -> &'static str {
        match self {
            Self::Long => "the command is so long that some shell checks (SC2086, SC1010) were left out",
            Self::TooLong => "the command is too long or too deeply nested for shell checks",
            Self::Broken => "the shell checks failed on this command",
        }
    }
}

/// The analyser, with what it has seen.
#[derive(Debug, Default)]
pub struct Analyser {
    engine: engine::Engine,
    cache: cache::Cache,
}

impl Analyser {
    /// Builds the tables: about 0.2 ms.
    pub fn new() -> Self {
        Self::default()
    }

    /// What ShellCheck would say. A text for a shell that it cannot judge (PowerShell, cmd) gives nothing.
    pub fn analyse(&self, text: &ShellText<'_>) -> Analysis {
        if text.shell.is_foreign() {
            return Analysis::default();
        }
        let prelude = prelude::prelude(text.text, text.names);
        let key = cache::Key { text: text.text, prelude: &prelude, shell: text.shell };
        let found =
            self.cache.get_or_insert_with(key, || self.engine.analyse(text.text, &prelude, text.shell));
        let diagnostics = found.diagnostics.iter().map(|one| one.placed(text)).collect();
        Analysis { diagnostics, shortfall: found.shortfall }
    }
}

/// A diagnostic whose offsets are relative to its text.
#[derive(Debug, Clone)]
struct Relative {
    code: u32,
    severity: Severity,
    start: u32,
    end: u32,
    message: String,
    fix: Option<Fix>,
}

/// What is kept of a text.
#[derive(Debug, Default)]
struct Found {
    diagnostics: Vec<Relative>,
    shortfall: Option<Shortfall>,
}

impl Relative {
    fn placed(&self, text: &ShellText<'_>) -> ShellDiagnostic {
        let at = |offset: u32| text.offset.saturating_add(offset);
        let fix = self.fix.as_ref().filter(|fix| fixes::is_true_to_source(fix, text)).map(|fix| {
            let mut fix = fix.clone();
            for edit in &mut fix.edits {
                edit.span = Span::new(at(edit.span.start), at(edit.span.end));
            }
            fix
        });
        ShellDiagnostic {
            code: self.code,
            severity: self.severity,
            span: Span::new(at(self.start), at(self.end)),
            message: self.message.clone(),
            fix,
        }
    }
}
