//! [`AnalysisMemo`]: analyzes each text only once.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Analyzer;
use crate::fix::{self, LintMemo, LintResult};
use crate::optimize::{FileReport, ReportError};

/// A cache of the analyses of each text.
pub(super) struct AnalysisMemo<'e> {
    analyzer: Analyzer<'e>,
    lints: LintMemo<'e>,
    reports: RefCell<HashMap<Vec<u8>, Result<FileReport, ReportError>>>,
}

impl<'e> AnalysisMemo<'e> {
    pub(super) fn new(analyzer: Analyzer<'e>) -> Self {
        Self { analyzer, lints: LintMemo::new(analyzer.lint), reports: RefCell::default() }
    }

    pub(super) fn analyze(&self, text: &[u8]) -> LintResult {
        self.lints.result(text)
    }

    pub(super) fn report(&self, text: &[u8]) -> Result<FileReport, ReportError> {
        if let Some(report) = self.reports.borrow().get(text) {
            return report.clone();
        }
        let report = (self.analyzer.report)(text);
        self.reports.borrow_mut().insert(text.to_vec(), report.clone());
        report
    }

    /// The differences between two texts, without their secrets.
    pub(super) fn diff(&self, name: &str, old: &[u8], new: &[u8]) -> String {
        let hidden = |text: &[u8]| self.lints.with_result(text, |lint| lint.hidden.clone());
        fix::unified_diff_hiding(name, (old, &hidden(old)), (new, &hidden(new)))
    }
}
