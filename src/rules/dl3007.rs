//! DL3007: the tag `latest`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3007",
    name: "latest-tag",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../rules/DL3007.md"),
};

fn check(cx: &mut Checker<'_>, from: &Instruction<'_>) {
    let Some(stage) = cx.semantics.stage_from(from.span.start) else { return };
    let image = &stage.image;
    if image.tag() != Some("latest") || image.digest().is_some() {
        return;
    }
    let tag = image.tag_range().unwrap_or_default();
    let span = stage.image_word.part(tag, cx.file.source);
    cx.report(from, span, format!("`{}` moves with every release", image.text()))
        .help("name a version, or add a digest");
}
