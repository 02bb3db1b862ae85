//! DL3065: FROM with the default platform.

use crate::rule::{Check, DiagnosticPairing, Rule, RuleChecker};
use crate::syntax::{Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL3065",
    name: "redundant-platform",
    leads: &[("RedundantTargetPlatform", DiagnosticPairing::Instruction)],
    is_notation: true,
    check: Check::Instruction(&[Kind::From], check),
    docs: include_str!("../../../../rules/DL3065.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, from: &Instruction<'_>) {
    let Some(flag) = from.flag("platform") else { return };
    let Some(platform) = &flag.value else { return };
    if platform.text == "$TARGETPLATFORM" || platform.text == "${TARGETPLATFORM}" {
        cx.report(from, flag.span, "`--platform` is redundant because the target platform is the default")
            .help("remove the flag");
    }
}
