//! MaintainerDeprecated: MAINTAINER.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::build::BuildCheckTiming;
use crate::syntax::{Instruction, Kind};

pub(crate) static RULE: Rule = Rule {
    code: "MaintainerDeprecated",
    name: "maintainer-deprecated",
    is_notation: true,
    moment: BuildCheckTiming::Node,
    check: Check::Instruction(&[Kind::Maintainer], check),
    docs: include_str!("../../../../rules/MaintainerDeprecated.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>, maintainer: &Instruction<'_>) {
    cx.report(maintainer, maintainer.keyword.span, "`MAINTAINER` is deprecated")
        .help("use `LABEL org.opencontainers.image.authors=\"…\"`");
}
