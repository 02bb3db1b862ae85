//! DL3006: an image without tag or digest.

use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3006",
    name: "untagged-image",
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/DL3006.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Some(stage) = cx.semantics.stage_starting_at(from.span.start) else { return };
    let image = &stage.image;
    let hides_tag = if cx.semantics.view.leading_variable_hides_tag {
        image.name().starts_with('$')
    } else {
        image.name().rsplit('/').next().is_some_and(|last| last.contains('$'))
    };
    let known = image.name() == "scratch" || hides_tag || stage.is_built_on_a_stage();
    if known || image.tag().is_some() || image.digest().is_some() {
        return;
    }
    cx.report(
        from,
        stage.image_word.span,
        format!("`{}` has no tag, so builds may use different images", image.text()),
    )
    .help("pin a version, as in `debian:12.5`, or run `dockwright pin`");
}
