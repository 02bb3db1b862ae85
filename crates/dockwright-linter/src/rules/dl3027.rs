//! DL3027: `apt` instead of `apt-get`.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::packages;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3027",
    name: "apt-in-script",
    fixable: Fixable::Sometimes,
    // Rules about `apt-get` do not check `apt`.
    reveals: &["DL3008", "DL3009", "DL3014", "DL3015", "DW1102"],
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DL3027.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if let Some(apt) = run.script.commands.iter().find(|command| command.is("apt")) {
        let offer = packages::replace_apt_with_apt_get(cx, run);
        cx.report(
            run.outer,
            apt.name_span(),
            "`apt` is for interactive use; its options and output may change",
        )
        .help("use `apt-get` or `apt-cache`")
        .fix_or_reason(offer);
    }
}
