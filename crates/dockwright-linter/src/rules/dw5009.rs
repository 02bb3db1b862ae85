//! DW5009: a feature that the chosen version of the frontend does not have.

use crate::rule::{Check, Rule, RuleActivation, RuleChecker};
use crate::semantic::{find_features, frontend_version};
use crate::syntax::DirectiveKind;

pub(super) static RULE: Rule = Rule {
    code: "DW5009",
    name: "frontend-too-old",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5009.md"),
    enabled: RuleActivation::Preview,
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let directive = cx.file.directives().find(|one| one.kind == DirectiveKind::Syntax && one.is_effective);
    let Some(directive) = directive else { return };
    let Some(version) = frontend_version(&directive.value.text) else { return };
    let file = cx.file;
    for found in find_features(file).into_iter().filter(|found| found.since > version) {
        let line = cx.semantics.line(directive.span.start);
        let message = format!(
            "{} requires syntax version 1.{}, but line {line} selects 1.{version}",
            found.feature, found.since
        );
        cx.report(found.instruction, found.span, message)
            .help("use `# syntax=docker/dockerfile:1`, or a version that supports it");
    }
}
