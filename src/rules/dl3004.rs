//! DL3004: `sudo` in a RUN.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3004",
    name: "sudo",
    group: Group::Hadolint,
    severity: Severity::Error,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3004.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if let Some(sudo) = run.script.commands.iter().find(|command| command.is("sudo")) {
        let offer = fixes::sudo::fix(cx, run);
        cx.report(run.outer, sudo.name_span(), "`sudo` is not needed in a build")
            .help("switch with `USER root` and back, or use `gosu` or `setpriv` in an entrypoint")
            .offer(offer);
    }
}
