//! [`LintMemo`]: analyzes each text once. The fix levels of a file share most texts.

use std::cell::RefCell;
use std::collections::HashMap;

use super::invariants::LintResult;

/// A cache of the results for each text.
pub struct LintMemo<'l> {
    lint: &'l dyn Fn(&[u8]) -> LintResult,
    known: RefCell<HashMap<Vec<u8>, LintResult>>,
}

impl<'l> LintMemo<'l> {
    pub fn new(lint: &'l dyn Fn(&[u8]) -> LintResult) -> Self {
        Self { lint, known: RefCell::default() }
    }

    /// The analysis of the text.
    pub fn result(&self, text: &[u8]) -> LintResult {
        self.with_result(text, LintResult::clone)
    }

    /// A part of the result for a text.
    pub fn with_result<T>(&self, text: &[u8], part: impl FnOnce(&LintResult) -> T) -> T {
        if let Some(lint) = self.known.borrow().get(text) {
            return part(lint);
        }
        let lint = (self.lint)(text);
        let answer = part(&lint);
        self.known.borrow_mut().insert(text.to_vec(), lint);
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn each_text_is_looked_at_once() {
        let taken = Cell::new(0);
        let lint = |_: &[u8]| {
            taken.set(taken.get() + 1);
            LintResult::default()
        };
        let lints = LintMemo::new(&lint);
        for text in [b"a", b"b", b"a", b"b"] {
            assert!(lints.result(text).diagnostics.is_empty());
        }
        assert_eq!(taken.get(), 2);
    }
}
