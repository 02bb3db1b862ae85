//! [`AnalysisMemo`]: analyses of a text, each made once.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Analyzer;
use crate::fix::{self, LintMemo, LintResult};
use crate::optimize::{FileReport, ReportError};

/// Remembers what was found in each text.
pub(super) struct AnalysisMemo<'e> {
    analyzer: Analyzer<'e>,
    looks: LintMemo<'e>,
    pictures: RefCell<HashMap<Vec<u8>, Result<FileReport, ReportError>>>,
}

impl<'e> AnalysisMemo<'e> {
    pub(super) fn new(analyzer: Analyzer<'e>) -> Self {
        Self { analyzer, looks: LintMemo::new(analyzer.look), pictures: RefCell::default() }
    }

    pub(super) fn analyze(&self, text: &[u8]) -> LintResult {
        self.looks.of(text)
    }

    pub(super) fn picture(&self, text: &[u8]) -> Result<FileReport, ReportError> {
        if let Some(picture) = self.pictures.borrow().get(text) {
            return picture.clone();
        }
        let picture = (self.analyzer.picture)(text);
        self.pictures.borrow_mut().insert(text.to_vec(), picture.clone());
        picture
    }

    /// How the texts differ, without their secrets.
    pub(super) fn diff(&self, name: &str, old: &[u8], new: &[u8]) -> String {
        let hidden = |text: &[u8]| self.looks.with(text, |look| look.hidden.clone());
        fix::unified_diff_hiding(name, (old, &hidden(old)), (new, &hidden(new)))
    }
}
