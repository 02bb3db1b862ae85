//! The comments of a file, and the text below each.

use super::invariants::PlacedComment;
use crate::semantic::Semantics;
use crate::source::Span;
use crate::syntax::{Dockerfile, Node};

/// Every comment: those at top level, in continuations and in shell text, in the order of the file.
pub(crate) fn collect_comments(file: &Dockerfile<'_>, semantics: &Semantics<'_>) -> Vec<PlacedComment> {
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
    // Comments are processed from the last to the first: all comments of a block are above the same text, which is
    // searched for only once.
    let mut next = None;
    let mut comments: Vec<PlacedComment> = spans
        .iter()
        .rev()
        .map(|span| {
            let text = String::from_utf8_lossy(span.bytes(file.source)).trim().to_string();
            let below = text_offset_below_within(file.source, *span, next);
            if let Some(words) = below {
                let line = line_start(file.source, span.start as usize);
                next = Some(CommentAndTextBelow { line, words });
            }
            PlacedComment { text, span: *span, below }
        })
        .collect();
    comments.reverse();
    comments
}

/// A comment on a separate line, and the text below it.
#[derive(Clone, Copy)]
struct CommentAndTextBelow {
    line: usize,
    words: u32,
}

/// Where the line of an offset starts.
fn line_start(source: &[u8], at: usize) -> usize {
    let before = source.get(..at).unwrap_or_default();
    before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// Where the text below a comment begins.
pub(super) fn text_offset_below(source: &[u8], comment: Span) -> Option<u32> {
    text_offset_below_within(source, comment, None)
}

/// Like [`text_offset_below`], but the search ends at the next comment, if it is known.
fn text_offset_below_within(source: &[u8], comment: Span, next: Option<CommentAndTextBelow>) -> Option<u32> {
    let before = source.get(..comment.start as usize)?;
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let own_line = line.trim_ascii().is_empty() || line == b"\xef\xbb\xbf";
    // The span of a comment in a continuation includes its line end.
    let text = comment.bytes(source);
    let trimmed = comment.start as usize + text.trim_ascii_end().len();
    let mut at = trimmed + source.get(trimmed..)?.iter().position(|byte| *byte == b'\n')? + 1;
    if !own_line {
        return None;
    }
    loop {
        if let Some(next) = next.filter(|next| next.line == at) {
            return Some(next.words);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn comments(source: &str) -> Vec<PlacedComment> {
        let file = syntax::parse(source.as_bytes());
        collect_comments(&file, &Semantics::new(&file, View::Exact))
    }

    #[test]
    fn blocks_are_above_the_same_words() {
        for source in [
            "# a\n# b\n\n\n  # c\nFROM x\n# d\n",
            "\u{feff}# syntax=x\n# a\r\n\r\n# b\r\nFROM x\r\n",
            "FROM x\nRUN a \\\n# b\n  # c\n\n  d && \\\n  # e\n  f # g\n# h\n",
            "FROM x\nRUN <<EOF\na # b\n# c\n# d\ne\nEOF\n# f",
        ] {
            let found = comments(source);
            assert!(found.len() > 1, "{source:?}");
            for comment in found {
                assert_eq!(comment.below, text_offset_below(source.as_bytes(), comment.span), "{comment:?}");
            }
        }
        let below: Vec<_> = comments("# a\n# b\n\nFROM x\n").iter().map(|comment| comment.below).collect();
        assert_eq!(below, [Some(9), Some(9)]);
    }

    /// If the search started again at each comment, this would take minutes.
    #[test]
    fn long_blocks_are_read_once() {
        let found = comments(&format!("{}FROM x\n", "# a\n".repeat(100_000)));
        assert!(found.iter().all(|comment| comment.below == Some(400_000)));
    }
}
