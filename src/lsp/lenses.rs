//! Code lenses: the size of each stage, and how long a change of the sources takes.

use gen_lsp_types::CodeLens;

use super::cost;
use super::cost_report::{COST, CostCommandArguments};
use super::requests::{RequestContext, command_with_argument};
use super::text_thread::ParsedText;
use crate::optimize::{FileReport, StageReport};
use crate::report::optimize::{DurationFormat, rounds_to_zero, size_after_noun};
use crate::syntax::Kind;

/// One lens for each stage, above its FROM. It runs the command that returns the report.
pub(super) fn code_lenses(subject: &RequestContext, parsed: &ParsedText<'_>) -> Vec<CodeLens> {
    let Some(report) = cost::report_of_document(subject) else { return Vec::new() };
    let froms = parsed.file.instructions().filter(|instruction| instruction.kind == Kind::From);
    let argument = CostCommandArguments { uri: subject.uri.clone() };
    froms
        .zip(&report.stages)
        .filter_map(|(from, stage)| {
            let mut range = subject.text.range(from.keyword.span);
            range.end.line = range.start.line;
            Some(CodeLens {
                range,
                command: command_with_argument(describe_stage_size_and_time(report, stage)?, COST, &argument),
                data: None,
            })
        })
        .collect()
}

/// `~239 MB, built in ~35 s, rebuilt in ~5 s after a source change`; without times of less than a second.
fn describe_stage_size_and_time(report: &FileReport, stage: &StageReport) -> Option<String> {
    if !stage.built {
        return Some("not needed for the target".to_string());
    }
    let cost = report.stage_cost(stage.index)?;
    let time = DurationFormat::format_for_report(report);
    let mut text = size_after_noun(cost.size);
    if !rounds_to_zero(cost.full_build) {
        text += &format!(", built in {}", time.format_duration(cost.full_build));
    }
    if !rounds_to_zero(cost.rebuild) {
        text += &format!(", rebuilt in {} after a source change", time.format_duration(cost.rebuild));
    }
    Some(text)
}
