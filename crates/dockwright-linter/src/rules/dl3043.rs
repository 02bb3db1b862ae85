//! DL3043: an instruction that is not allowed after ONBUILD.

use crate::diagnostic::Severity;
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Arguments, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3043",
    name: "forbidden-onbuild",
    severity: Severity::Error,
    check: Check::Instruction(&[Kind::Onbuild], check),
    docs: include_str!("../../../../rules/DL3043.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, onbuild: &Instruction<'_>) {
    let Arguments::Onbuild(trigger) = &onbuild.arguments else { return };
    if matches!(trigger.kind, Kind::Onbuild | Kind::From | Kind::Maintainer) {
        let keyword = trigger.keyword.text.to_uppercase();
        cx.report(onbuild, trigger.keyword.span, format!("`ONBUILD` cannot trigger `{keyword}`"))
            .help("remove it");
    }
}
