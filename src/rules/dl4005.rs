//! DL4005: `ln` in place of SHELL.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL4005",
    name: "bin-sh-replaced",
    group: Group::Hadolint,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL4005.md"),
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let link = run.calls(&programs::LN).find_map(|call| {
        let mut words = call.command.arguments().iter();
        if run.view.takes_target_of_ln_for_link() {
            return words.find(|word| word.text == "/bin/sh");
        }
        call.operands.last().copied().filter(|word| word.text == "/bin/sh" && call.operands.len() > 1)
    });
    if let Some(link) = link {
        cx.report(run.outer, link.span, "`/bin/sh` is replaced, for every program of the image")
            .help("choose the shell of later instructions with `SHELL`");
    }
}
