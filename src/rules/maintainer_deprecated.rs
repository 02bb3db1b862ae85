//! MaintainerDeprecated: MAINTAINER.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::{Instruction, Kind};

pub static RULE: Rule = Rule {
    code: "MaintainerDeprecated",
    name: "maintainer-deprecated",
    group: Group::Buildkit,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::Instruction(&[Kind::Maintainer], check),
    docs: include_str!("../../rules/MaintainerDeprecated.md"),
};

fn check(cx: &mut Checker<'_>, maintainer: &Instruction<'_>) {
    cx.report(maintainer, maintainer.keyword.span, "`MAINTAINER` is deprecated")
        .help("write `LABEL org.opencontainers.image.authors=\"…\"`");
}
