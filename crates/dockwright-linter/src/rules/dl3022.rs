//! DL3022: `COPY --from` does not name a known stage.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{CopyFromOrigin, Stage, nearest_within_two};
use crate::syntax::{Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DL3022",
    name: "copy-from-unknown-stage",
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DL3022.md"),
    ..Rule::HADOLINT
};

/// Maximum number of stages whose names are compared with an unknown one.
const MAX_COMPARED: usize = 50;

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let Some(from) = copy.flag_value("from") else { return };
    // With a colon it is an image with a tag or a digest.
    if from.text.contains(':') || cx.semantics.named_contexts.contains(&*from.text) {
        return;
    }
    let name = &from.text;
    let origin = cx.semantics.copy_from_origin(name, cx.semantics.stage_at(copy.span.start));
    let message = match origin {
        CopyFromOrigin::Earlier(_) | CopyFromOrigin::Own => return,
        CopyFromOrigin::Later(_) => format!("stage `{name}` is defined later in the file"),
        CopyFromOrigin::Missing => format!("unknown stage number `{name}`"),
        CopyFromOrigin::Elsewhere => format!("`{name}` is neither a stage name nor an image with a tag"),
    };
    let earlier = cx.semantics.stages.iter().take_while(|stage| stage.span.end <= copy.span.start);
    let nearest = match origin {
        CopyFromOrigin::Elsewhere => {
            let mut comparisons_left = MAX_COMPARED;
            nearest_within_two(name, earlier.map(Stage::alias), &mut comparisons_left)
        }
        _ => None,
    };
    let help = match nearest {
        Some(stage) => format!("did you mean the stage {}?", quote_excerpt(stage)),
        None => "use an earlier stage, or an image with a tag".to_string(),
    };
    cx.report(copy, from.span, message).help(help);
}
