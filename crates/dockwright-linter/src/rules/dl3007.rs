//! DL3007: the tag `latest`.

use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3007",
    name: "latest-tag",
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/DL3007.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Some(stage) = cx.semantics.stage_starting_at(from.span.start) else { return };
    let image = &stage.image;
    if image.tag() != Some("latest") || image.digest().is_some() {
        return;
    }
    let tag = image.tag_range().unwrap_or_default();
    let span = stage.image_word.span_of_range(tag, cx.file.source);
    cx.report(from, span, format!("`{}` changes over time", image.text()))
        .help("pin a version or a digest, or run `dockwright pin`");
}
