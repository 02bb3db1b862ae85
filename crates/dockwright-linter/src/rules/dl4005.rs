//! DL4005: `ln` instead of SHELL.

use crate::rule::{Check, Rule, RuleChecker};
use crate::semantic::{Run, programs};

pub(super) static RULE: Rule = Rule {
    code: "DL4005",
    name: "bin-sh-replaced",
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL4005.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let link = run.calls(&programs::LN).find_map(|call| {
        let mut words = call.command.arguments().iter();
        if run.view.takes_target_of_ln_for_link {
            return words.find(|word| word.text == "/bin/sh");
        }
        call.operands.last().copied().filter(|word| word.text == "/bin/sh" && call.operands.len() > 1)
    });
    if let Some(link) = link {
        cx.report(run.outer, link.span, "replacing `/bin/sh` affects every program in the image")
            .help("use `SHELL` to choose the shell of later instructions");
    }
}
