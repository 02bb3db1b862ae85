//! DL3004: `sudo` in a RUN.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3004",
    name: "sudo",
    severity: Severity::Error,
    fixable: Fixable::Sometimes,
    // A command after `sudo` is a separate command now.
    reveals: &["DL3001", "DL3003", "DL3008", "DL3009", "DL3014", "DL3015", "DL3027", "DL3059", "DW1101"],
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3004.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if let Some(sudo) = run.script.commands.iter().find_map(|command| command.find_call_word("sudo")) {
        let offer = fixes::sudo::remove_sudo(cx, run);
        cx.report(run.outer, sudo.span, "`sudo` is not needed in a build")
            .help("use `USER root` and switch back, or use `gosu` or `setpriv` in an entrypoint")
            .fix_or_reason(offer);
    }
}
