//! DW2411: a stage for development at the end of a file that also builds another image.

use crate::diagnostic::{ProblemCost, Severity};
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW2411",
    name: "development-stage-last",
    severity: Severity::Info,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2411.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    let Some(last) = cx.semantics.stages.last() else { return };
    // If the last stage is not the target, `--target` or the configuration chooses another one.
    if outline.graph.target != Some(last.index) || !outline.is_for_development() {
        return;
    }
    let starts_program = |at: usize| {
        let start = cx.semantics.start_instructions(at).program_instruction();
        start.is_some_and(|start| cx.semantics.stage_at(start.span.start).is_some_and(|own| own.index == at))
    };
    let others = cx.semantics.stages.iter().filter(|stage| stage.index != last.index);
    let mut images =
        others.filter(|stage| starts_program(stage.index) && !outline.is_development_stage(stage.index));
    let (Some(image), Some(name)) = (images.next_back(), last.name) else { return };
    // A last stage with tests makes a plain build run them, and a stage `base` is a part of other images.
    if name.text.to_lowercase().contains("test") || image.display_name().eq_ignore_ascii_case("base") {
        return;
    }
    let message =
        format!("a build without `--target` builds the development stage {}", quote_excerpt(&name.text));
    let wanted = image.display_name().replace('`', "'");
    cx.report(last.from, name.span, message)
        .help(format!("use `--target={wanted}`, or move the stage for production to the end of the file"))
        .set_cost(ProblemCost::UnknownSize { usual_megabytes: 50 });
}
