//! DL3027: `apt` where `apt-get` is meant.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::packages;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3027",
    name: "apt-in-script",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3027.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if let Some(apt) = run.script.commands.iter().find(|command| command.is("apt")) {
        let offer = packages::apt_get(cx, run);
        cx.report(run.outer, apt.name_span(), "`apt` is made for people; its options and output may change")
            .help("use `apt-get` or `apt-cache`")
            .offer(offer);
    }
}
