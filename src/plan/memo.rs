//! [`AnalysisMemo`]: analyses of a text, each made once. The fix levels of a file have most of their texts in common.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Analyzer;
use crate::fix::LintResult;
use crate::optimize::{FileReport, ReportError};

/// Remembers what was found in each text.
pub struct AnalysisMemo<'e> {
    analyzer: Analyzer<'e>,
    looks: RefCell<HashMap<Vec<u8>, LintResult>>,
    pictures: RefCell<HashMap<Vec<u8>, Result<FileReport, ReportError>>>,
}

impl<'e> AnalysisMemo<'e> {
    pub fn new(analyzer: Analyzer<'e>) -> Self {
        Self { analyzer, looks: RefCell::default(), pictures: RefCell::default() }
    }

    pub fn look(&self, text: &[u8]) -> LintResult {
        if let Some(look) = self.looks.borrow().get(text) {
            return look.clone();
        }
        let look = (self.analyzer.look)(text);
        self.looks.borrow_mut().insert(text.to_vec(), look.clone());
        look
    }

    pub fn picture(&self, text: &[u8]) -> Result<FileReport, ReportError> {
        if let Some(picture) = self.pictures.borrow().get(text) {
            return picture.clone();
        }
        let picture = (self.analyzer.picture)(text);
        self.pictures.borrow_mut().insert(text.to_vec(), picture.clone());
        picture
    }
}
