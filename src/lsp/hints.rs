//! Inlay hints: the size of each layer, and what rebuilds it.

use gen_lsp_types::{InlayHint, Label, Range, Tooltip};

use super::cost;
use super::requests::RequestContext;
use super::text_thread::ParsedText;
use crate::optimize::{Bytes, StepReport, Volatility};
use crate::report::optimize::{describe_rebuild_cause, size_in_table};
use crate::source::LineIndex;
use crate::syntax::Kind;

/// The hints of the instructions that a range touches.
pub(super) fn inlay_hints(subject: &RequestContext, parsed: &ParsedText<'_>, range: Range) -> Vec<InlayHint> {
    let Some(report) = cost::report_of_document(subject) else { return Vec::new() };
    let file = parsed.file;
    let lines = LineIndex::new(file.source);
    let span = subject.text.span(range);
    let wanted = file.instructions().filter(|instruction| instruction.span.overlaps_or_adjoins(span));
    let hints = wanted.filter_map(|instruction| {
        let line = lines.line(instruction.span.start);
        let (label, tooltip) = if instruction.kind == Kind::From {
            (cost::base_image_size(report, line)?, None)
        } else {
            let step = cost::step_on_line(report, line)?;
            (hint_for_step(step)?, cost::step_sentence(report, step))
        };
        // At the end of the first line, where it is visible.
        let bytes = instruction.span.bytes(file.source);
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        let end = instruction.span.start + u32::try_from(first.len()).unwrap_or(0);
        Some(InlayHint {
            position: subject.text.position(end),
            label: Label::String(label),
            kind: None,
            text_edits: None,
            tooltip: tooltip.map(Tooltip::String),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        })
    });
    hints.collect()
}

/// `~84 MB, rebuilt: source change`; `size unknown, rebuilt: dependency change`.
fn hint_for_step(step: &StepReport) -> Option<String> {
    if !step.layer {
        return None;
    }
    let size = match step.adds {
        Bytes { unknown: 1.., .. } if step.adds.known_total() == 0 => "size unknown".to_string(),
        bytes => size_in_table(bytes),
    };
    Some(match step.volatility {
        Volatility::Text => size,
        other => format!("{size}, rebuilt: {}", describe_rebuild_cause(other)),
    })
}
