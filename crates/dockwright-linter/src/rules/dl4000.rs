//! DL4000: MAINTAINER.

use crate::diagnostic::Severity;
use crate::rule::{Check, DiagnosticPairing, Fixable, Rule, RuleChecker};
use crate::rules::fixes;
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL4000",
    name: "maintainer",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    leads: &[("MaintainerDeprecated", DiagnosticPairing::Instruction)],
    is_notation: true,
    check: Check::Instruction(&[Kind::Maintainer], check),
    docs: include_str!("../../../../rules/DL4000.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, maintainer: &Instruction<'_>) {
    let offer = fixes::maintainer::replace_maintainer(cx, maintainer);
    cx.report(maintainer, maintainer.keyword.span, "`MAINTAINER` is deprecated")
        .help("use `LABEL org.opencontainers.image.authors=\"…\"`")
        .fix_or_reason(offer);
}
