//! ShellCheck's diagnostics of shell text, by the embedded analyzer.
//!
//! Create one [`ShellAnalyzer`] for a run over many files and share it between threads: the tables behind it
//! are built once, and repeated texts (most RUNs of a repository) are looked up. Messages and severities are in
//! [`codes`], shells in [`AnalysisShell`].

mod backticks;
mod cache;
pub mod codes;
mod dash;
mod engine;
mod fixes;
mod last_diagnostic;
mod own;
mod plain_script;
mod prelude;
mod quoting;
mod shells;
mod spans;
#[cfg(test)]
mod tests;

pub use last_diagnostic::last_diagnostic;
pub use prelude::{KnownNames, NO_NAMES, PROXIES, is_variable_name};
pub use shells::{AnalysisShell, Dialect, has_foreign_shebang, shebang_sets_errexit, shebang_sets_pipefail};
pub use spans::word_length;

use dockerfile_syntax::Span;
use dockwright_diagnostic::{Fix, Severity};

/// A piece of shell text to be analyzed.
#[derive(Debug, Clone, Copy)]
pub struct ShellText<'a> {
    /// As returned by [`mask_continuations`](super::mask_continuations).
    pub text: &'a str,
    /// Where it begins in the file, in bytes.
    pub offset: u32,
    /// The bytes of the file that it was read from. An edit is only offered if both are the same at its position.
    pub original: &'a [u8],
    pub shell: AnalysisShell,
    /// The names of ARGs and ENVs in scope.
    pub names: &'a dyn KnownNames,
}

/// A diagnostic that ShellCheck would report for a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellDiagnostic {
    /// 2086 for `SC2086`; [`codes::find_code`] returns its name.
    pub code: u32,
    pub severity: Severity,
    pub span: Span,
    /// One line, in dockwright's wording.
    pub message: String,
    pub fix: Option<Fix>,
}

/// The diagnostics of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellAnalysis {
    /// Sorted by position, then code.
    pub diagnostics: Vec<ShellDiagnostic>,
    /// Why there may be fewer than there should be.
    pub shortfall: Option<IncompleteAnalysisReason>,
}

/// The reason why the analyzer did not check everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncompleteAnalysisReason {
    /// The slowest checks were skipped.
    Long,
    /// Too long, or too deeply nested, to be analyzed at all.
    TooLong,
    /// The analyzer failed.
    Broken,
}

impl IncompleteAnalysisReason {
    /// One line for the user.
    pub fn message(self) -> &'static str {
        match self {
            Self::Long => "the command is so long that some shell checks (SC2086, SC1010) were left out",
            Self::TooLong => "the command is too long or too deeply nested for shell checks",
            Self::Broken => "the shell checks failed on this command",
        }
    }
}

/// The analyzer, with a cache of its results.
#[derive(Debug, Default)]
pub struct ShellAnalyzer {
    engine: engine::AnalysisEngine,
    cache: cache::AnalysisCache,
}

impl ShellAnalyzer {
    /// An analyzer with empty caches.
    pub fn new() -> Self {
        Self::default()
    }

    /// The diagnostics that ShellCheck would report. None for shells that it does not support (PowerShell, cmd).
    pub fn analyze(&self, text: &ShellText<'_>) -> ShellAnalysis {
        if text.shell.is_foreign() {
            return ShellAnalysis::default();
        }
        let prelude = prelude::build_prelude(text.text, text.names);
        let key = cache::CacheKey { text: text.text, prelude: &prelude, shell: text.shell };
        let found =
            self.cache.get_or_insert_with(key, || self.engine.analyze(text.text, &prelude, text.shell));
        let diagnostics = found.diagnostics.iter().map(|one| one.at_text_position(text)).collect();
        ShellAnalysis { diagnostics, shortfall: found.shortfall }
    }
}

/// A diagnostic whose offsets are relative to its text.
#[derive(Debug, Clone)]
struct RelativeDiagnostic {
    code: u32,
    severity: Severity,
    start: u32,
    end: u32,
    message: String,
    fix: Option<Fix>,
}

/// The cached result for a text.
#[derive(Debug, Default)]
struct FoundDiagnostics {
    diagnostics: Vec<RelativeDiagnostic>,
    shortfall: Option<IncompleteAnalysisReason>,
}

impl RelativeDiagnostic {
    fn at_text_position(&self, text: &ShellText<'_>) -> ShellDiagnostic {
        let at = |offset: u32| text.offset.saturating_add(offset);
        let fix = self.fix.as_ref().filter(|fix| fixes::matches_source(fix, text)).map(|fix| {
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
