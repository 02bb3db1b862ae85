//! The comments of a file, and what each is above.

use super::invariants::PlacedComment;
use crate::semantic::Semantics;
use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

/// Every comment: those at top level, in continuations and in shell text, in the order of the file.
pub fn collect_comments(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<PlacedComment> {
    let mut spans: Vec<Span> = Vec::new();
    for item in &file.items {
        match &item.node {
            Node::Comment(comment) => spans.push(comment.span),
            Node::Directive(directive) => spans.push(directive.span),
            Node::Instruction(instruction) => {
                let skipped = instruction.continuations.iter().flat_map(|line| &line.skipped);
                spans.extend(skipped.filter(|line| line.comment).map(|line| line.span));
            }
            Node::ByteOrderMark | Node::Blank => {}
        }
    }
    spans.extend(semantics.runs.iter().flat_map(|run| &run.script.comments));
    spans.sort_unstable();
    spans.dedup();
    spans
        .iter()
        .map(|span| {
            let text = String::from_utf8_lossy(span.bytes(file.source)).trim().to_string();
            PlacedComment { text, span: *span, below: offset_below(file.source, *span) }
        })
        .collect()
}

/// Where the words begin that a comment is above.
pub fn offset_below(source: &[u8], comment: Span) -> Option<u32> {
    let before = source.get(..comment.start as usize)?;
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let own_line = line.trim_ascii().is_empty() || line == b"\xef\xbb\xbf";
    // The span of a comment in a continuation holds its line end.
    let text = comment.bytes(source);
    let trimmed = comment.start as usize + text.trim_ascii_end().len();
    let mut at = trimmed + source.get(trimmed..)?.iter().position(|byte| *byte == b'\n')? + 1;
    if !own_line {
        return None;
    }
    loop {
        let rest = source.get(at..)?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = rest.get(..end.unwrap_or(rest.len()))?;
        let words = line.trim_ascii_start();
        if !words.trim_ascii().is_empty() && !words.starts_with(b"#") {
            return u32::try_from(at + line.len() - words.len()).ok();
        }
        at += end? + 1;
    }
}
