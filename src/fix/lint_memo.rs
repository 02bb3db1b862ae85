//! [`LintMemo`]: analyzes each text once. The fix levels of a file have most of their texts in common.

use std::cell::RefCell;
use std::collections::HashMap;

use super::invariants::LintResult;

/// Remembers what was found in each text.
pub struct LintMemo<'l> {
    look: &'l dyn Fn(&[u8]) -> LintResult,
    known: RefCell<HashMap<Vec<u8>, LintResult>>,
}

impl<'l> LintMemo<'l> {
    pub fn new(look: &'l dyn Fn(&[u8]) -> LintResult) -> Self {
        Self { look, known: RefCell::default() }
    }

    /// The analysis of the text.
    pub fn of(&self, text: &[u8]) -> LintResult {
        self.with(text, LintResult::clone)
    }

    /// The same, of which only a part is needed.
    pub fn with<T>(&self, text: &[u8], part: impl FnOnce(&LintResult) -> T) -> T {
        if let Some(look) = self.known.borrow().get(text) {
            return part(look);
        }
        let look = (self.look)(text);
        let answer = part(&look);
        self.known.borrow_mut().insert(text.to_vec(), look);
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
        let look = |_: &[u8]| {
            taken.set(taken.get() + 1);
            LintResult::default()
        };
        let looks = LintMemo::new(&look);
        for text in [b"a", b"b", b"a", b"b"] {
            assert!(looks.of(text).diagnostics.is_empty());
        }
        assert_eq!(taken.get(), 2);
    }
}
