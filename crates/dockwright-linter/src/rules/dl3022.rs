//! DL3022: `COPY --from` does not name a known stage.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::CopyFromOrigin;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3022",
    name: "copy-from-unknown-stage",
    check: Check::Instruction(&[Kind::Copy], check),
    docs: include_str!("../../../../rules/DL3022.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, copy: &Instruction<'_>) {
    let Some(from) = copy.flag_value("from") else { return };
    // With a colon it is an image with a tag or a digest.
    if from.text.contains(':') || cx.semantics.named_contexts.contains(&*from.text) {
        return;
    }
    let name = &from.text;
    let message = match cx.semantics.copy_from_origin(name, cx.semantics.stage_at(copy.span.start)) {
        CopyFromOrigin::Earlier(_) | CopyFromOrigin::Own => return,
        CopyFromOrigin::Later(_) => format!("stage `{name}` is defined later in the file"),
        CopyFromOrigin::Missing => format!("unknown stage number `{name}`"),
        CopyFromOrigin::Elsewhere => format!("`{name}` is neither a stage name nor an image with a tag"),
    };
    cx.report(copy, from.span, message).help("use an earlier stage, or an image with a tag");
}
