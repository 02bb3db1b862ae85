//! [`IgnoreIndex`]: the comments that may apply to a problem, found by its place.

use std::collections::HashMap;

use super::{Ignore, IgnoreScope};
use crate::source::Span;

/// Positions in a list of comments.
#[derive(Debug, Default)]
pub(super) struct IgnoreIndex {
    /// For the whole file, or for many lines.
    general: Vec<usize>,
    /// For one instruction, by its start. Instructions do not overlap.
    by_instruction: Vec<(Span, usize)>,
    by_line: HashMap<u32, Vec<usize>>,
}

impl IgnoreIndex {
    pub(super) fn new<'i>(ignores: impl Iterator<Item = &'i Ignore>) -> Self {
        let mut index = Self::default();
        for (at, ignore) in ignores.enumerate() {
            match ignore.scope {
                IgnoreScope::File | IgnoreScope::Lines { .. } => index.general.push(at),
                IgnoreScope::Instruction(span) => index.by_instruction.push((span, at)),
                IgnoreScope::Line(line) => index.by_line.entry(line).or_default().push(at),
                IgnoreScope::Nothing => {}
            }
        }
        index.by_instruction.sort_by_key(|(span, at)| (span.start, *at));
        index
    }

    pub(super) fn is_empty(&self) -> bool {
        self.general.is_empty() && self.by_instruction.is_empty() && self.by_line.is_empty()
    }

    /// The comments that may apply to a problem at `anchor` that is shown at `shown`, in the order of the list. The
    /// anchor starts on `line`.
    pub(super) fn possible_comments(&self, anchor: Span, shown: Span, line: u32) -> Vec<usize> {
        let mut found = self.general.clone();
        found.extend(self.by_line.get(&line).into_iter().flatten());
        for place in [anchor, shown] {
            let after = self.by_instruction.partition_point(|(span, _)| span.start <= place.start);
            let before = self.by_instruction.get(..after).unwrap_or_default();
            let Some((nearest, _)) = before.last() else { continue };
            let same = before.iter().rev().take_while(|(span, _)| span.start == nearest.start);
            found.extend(same.map(|(_, at)| *at));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
