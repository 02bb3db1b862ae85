//! Folding: stages, instructions and heredocs of several lines, blocks of comments.

use std::collections::BTreeSet;

use gen_lsp_types::{FoldingRange, FoldingRangeKind};

use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::source::Span;
use crate::syntax::Node;

/// The ranges that can be folded; only whole lines, which all editors support.
pub(crate) fn folding_ranges(subject: &RequestContext, parsed: &ParsedText<'_>) -> Vec<FoldingRange> {
    let semantics = parsed.semantics();
    let mut spans: Vec<(Span, Option<FoldingRangeKind>)> = Vec::new();
    for stage in &semantics.stages {
        let inside = semantics.file.instructions().rev().find(|it| stage.span.contains(it.span));
        let end = inside.map_or(stage.from.span.end, |last| last.span.end);
        spans.push((Span::new(stage.span.start, end), Some(FoldingRangeKind::Region)));
    }
    let mut block: Option<Span> = None;
    for item in &semantics.file.items {
        match &item.node {
            Node::Comment(comment) => {
                block = Some(block.map_or(comment.span, |block| block.enclosing_span(comment.span)));
                continue;
            }
            Node::Instruction(instruction) => {
                spans.push((instruction.span, None));
                for heredoc in &instruction.heredocs {
                    spans.push((heredoc.operator.enclosing_span(heredoc.terminator), None));
                }
            }
            _ => {}
        }
        spans.extend(block.take().map(|block| (block, Some(FoldingRangeKind::Comment))));
    }
    spans.extend(block.map(|block| (block, Some(FoldingRangeKind::Comment))));
    let mut seen = BTreeSet::new();
    let ranges = spans.into_iter().filter_map(|(span, kind)| {
        let range = subject.text.range(span);
        let (start_line, mut end_line) = (range.start.line, range.end.line);
        if range.end.character == 0 {
            end_line = end_line.saturating_sub(1);
        }
        let is_new = end_line > start_line && seen.insert((start_line, end_line));
        is_new.then(|| FoldingRange { start_line, end_line, kind, ..FoldingRange::default() })
    });
    ranges.collect()
}
