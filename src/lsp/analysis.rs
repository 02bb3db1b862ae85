//! [`DocumentAnalysis`]: the diagnostics of one version of a document, computed outside of the server's loop.

use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;

use super::configuration::DocumentRules;
use super::position::DocumentText;
use crate::baseline::split_known_problems;
use crate::diagnostic::Diagnostic;
use crate::fix::LintResult;
use crate::optimize::FileReport;
use crate::rules::about_files;

/// Maximum number of diagnostics; more would slow down an editor.
const MAX: usize = 10_000;
/// Maximum size of a file, in bytes, because offsets are 32 bits wide.
const LARGEST: usize = u32::MAX as usize - 1;

/// The analysis of a text.
#[derive(Debug, Default)]
pub(super) struct DocumentAnalysis {
    pub lint: LintResult,
    /// Whether this is the result of an analysis, and not the empty value before it.
    pub(crate) is_done: bool,
    /// Whether the text looks like a template, so that nothing else is reported.
    pub(crate) is_template: bool,
    /// The number of diagnostics that are omitted because there are too many.
    pub(crate) omitted: usize,
    /// The cost of a build, after the first request; `None` in it if there is nothing to build.
    pub cost: OnceLock<Option<Box<FileReport>>>,
}

impl DocumentAnalysis {
    /// Computes the diagnostics that `check` reports for this text if it finds the file in a directory.
    pub(super) fn new(text: &DocumentText, rules: &DocumentRules) -> Self {
        Self { is_done: true, ..Self::analyze_text(text, rules) }
    }

    fn analyze_text(text: &DocumentText, rules: &DocumentRules) -> Self {
        let (engine, beside, context) = match rules {
            DocumentRules::Engine(engine, beside, context) => (engine, beside, context),
            DocumentRules::Template(engine) => return Self::from_template(engine.template_diagnostic()),
            DocumentRules::Excluded | DocumentRules::Foreign => return Self::default(),
        };
        if text.bytes().len() > LARGEST {
            return Self::from_diagnostics(vec![about_files::file_diagnostic(
                &about_files::UNREADABLE,
                "cannot read file (file too large)".to_string(),
            )]);
        }
        let work = || match engine.template_diagnostics(text.bytes()) {
            Some(diagnostics) => Self::from_template(diagnostics),
            None => {
                let beside = context.with_files(engine, beside, text.bytes());
                Self { lint: engine.analyze(text.bytes(), &beside), ..Self::default() }
            }
        };
        let Ok(mut analysis) = panic::catch_unwind(AssertUnwindSafe(work)) else {
            let message = "internal error in dockwright; please report it".to_string();
            return Self::from_diagnostics(vec![about_files::file_diagnostic(
                &about_files::INTERNAL,
                message,
            )]);
        };
        let found = &mut analysis.lint.diagnostics;
        if let Some(known) = &beside.known {
            *found = split_known_problems(known, text.bytes(), std::mem::take(found)).0;
        }
        analysis.omitted = found.len().saturating_sub(MAX);
        found.truncate(MAX);
        analysis
    }

    fn from_diagnostics(diagnostics: Vec<Diagnostic>) -> Self {
        let lint = LintResult { diagnostics, ..LintResult::default() };
        Self { lint, ..Self::default() }
    }

    fn from_template(note: Vec<Diagnostic>) -> Self {
        Self { is_template: true, ..Self::from_diagnostics(note) }
    }
}
