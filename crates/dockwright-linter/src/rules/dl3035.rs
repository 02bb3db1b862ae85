//! DL3035: `zypper dist-upgrade`.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::managers::zypper;
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL3035",
    name: "zypper-dist-upgrade",
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3035.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if let Some(call) = run.calls(&programs::ZYPPER).find(|call| call.is_subcommand(&zypper::DIST_UPGRADE)) {
        cx.report(
            run.outer,
            call.command.span_of_argument(&zypper::DIST_UPGRADE),
            "`zypper dist-upgrade` upgrades the whole distribution in one layer",
        )
        .help("use a newer base image");
    }
}
