//! NoEmptyContinuation: a blank line inside an instruction.

use crate::diagnostic::{Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::source::Span;
use crate::syntax::Instruction;

pub(crate) static RULE: Rule = Rule {
    code: "NoEmptyContinuation",
    name: "empty-continuation-line",
    fixable: Fixable::Always,
    is_notation: true,
    moment: BuildCheckTiming::Parsed,
    check: Check::File(check),
    docs: include_str!("../../../../rules/NoEmptyContinuation.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let file = cx.file;
    for instruction in file.instructions() {
        let blank: Vec<Span> = instruction
            .continuations
            .iter()
            .flat_map(|continuation| &continuation.skipped)
            .filter(|line| !line.comment)
            .map(|line| line.span)
            .collect();
        let Some(first) = blank.first() else { continue };
        let anchor = last_line(instruction, file.source);
        let message = "empty line inside an instruction";
        let edits: Vec<Edit> = blank.iter().map(|line| Edit::delete(*line)).collect();
        cx.report_at(anchor, *first, message)
            .help("delete it; a future version of BuildKit will reject it")
            .fix(Fix::safe("delete the empty lines", edits));
    }
}

/// The last line of the logical line, where BuildKit reports.
fn last_line(instruction: &Instruction<'_>, source: &[u8]) -> Span {
    let skipped = instruction.continuations.iter().flat_map(|continuation| &continuation.skipped);
    let last_skipped = skipped.last().map_or(0, |line| line.span.end);
    let head = instruction.head_span();
    let head = Span::new(head.start, head.end.max(last_skipped));
    let text = head.bytes(source);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let at = |offset: usize| head.start + u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(at(start), at(text.len()))
}
