//! DW1104: sources copied above an install that needs only a few of them.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::copy_split::{fix, sites};

pub(super) static RULE: Rule = Rule {
    code: "DW1104",
    name: "source-before-install",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    // What was copied with all sources is copied by name now.
    reveals: &["DW3001"],
    check: Check::File(check),
    docs: include_str!("../../rules/DW1104.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut Checker<'_>) {
    for site in sites(cx) {
        let copy = site.copy.instruction;
        let line = cx.semantics.line(site.install.command.span.start);
        let call = &site.install.call;
        let call = if call.len() > 60 { site.install.manager } else { call };
        let message = format!("any change to the files copied here runs `{call}` on line {line} again");
        let offer = fix(cx, &site).map_err(Into::into);
        cx.report_at(copy.span, copy.rest.span, message).help(site.install.advice()).offer(offer);
    }
}
