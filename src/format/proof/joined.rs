//! The text of an instruction as BuildKit joins it, byte by byte.

use crate::source::Span;
use crate::syntax::{Dockerfile, Instruction};

/// The head of an instruction without continuations, and the comments that BuildKit skips in them.
pub(super) struct JoinedInstructionHead {
    pub text: Vec<u8>,
    /// The comment lines that are skipped: where each is in `text`, and its span in the file.
    pub comments: Vec<(usize, Span)>,
}

impl JoinedInstructionHead {
    pub(super) fn new(file: &Dockerfile<'_>, instruction: &Instruction<'_>) -> Self {
        let head = instruction.head_span();
        let mut joined = Self { text: Vec::new(), comments: Vec::new() };
        let mut at = head.start;
        for continuation in &instruction.continuations {
            joined.text.extend_from_slice(Span::new(at, continuation.span.start).bytes(file.source));
            let place = joined.text.len();
            at = continuation.span.end;
            for line in &continuation.skipped {
                if line.comment {
                    joined.comments.push((place, line.span));
                }
                at = at.max(line.span.end);
            }
        }
        joined.text.extend_from_slice(Span::new(at, head.end.max(at)).bytes(file.source));
        joined
    }
}
