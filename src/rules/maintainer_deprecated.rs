//! MaintainerDeprecated: MAINTAINER.

use crate::rule::{Check, Checker, Rule};
use crate::semantic::build::Moment;
use crate::syntax::{Instruction, Kind};

pub static RULE: Rule = Rule {
    code: "MaintainerDeprecated",
    name: "maintainer-deprecated",
    is_notation: true,
    moment: Moment::Node,
    check: Check::Instruction(&[Kind::Maintainer], check),
    docs: include_str!("../../rules/MaintainerDeprecated.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut Checker<'_>, maintainer: &Instruction<'_>) {
    cx.report(maintainer, maintainer.keyword.span, "`MAINTAINER` is deprecated")
        .help("use `LABEL org.opencontainers.image.authors=\"…\"`");
}
