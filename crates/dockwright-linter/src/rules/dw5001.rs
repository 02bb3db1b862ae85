//! DW5001: a RUN that needs a program that is certainly missing.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::missing_program;
use crate::syntax::quote_excerpt;

pub(super) static RULE: Rule = Rule {
    code: "DW5001",
    name: "missing-command",
    fixable: Fixable::Sometimes,
    reveals: &["DL3008", "DL3018", "DL3033", "DL3041", "DW2301"],
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5001.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    for (run, missing) in cx.missing_programs(false) {
        let message = format!(
            "{} is not in `{}` as of {}, and no earlier step installs it",
            quote_excerpt(&missing.program),
            missing.lack.image,
            missing.lack.date
        );
        let offer = missing_program::install_missing_package(cx, run, missing.span.start, &missing.lack);
        cx.report(run.outer, missing.span, message)
            .help(missing_program::install_help(&missing.lack))
            .fix_or_reason(offer);
    }
}
