//! JSONArgsRecommended: CMD or ENTRYPOINT that runs in a shell by default.

use super::fixes;
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "JSONArgsRecommended",
    name: "json-args-recommended",
    check: Check::File(check),
    docs: include_str!("../../../../rules/JSONArgsRecommended.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    for site in semantics.build.facts.shell_forms.iter().filter(|site| semantics.build.is_reachable(site)) {
        let keyword = quote_excerpt(&site.instruction.keyword.text);
        let span = site.report_span(site.instruction.rest.span);
        let span = if span.is_empty() { site.report_span(site.instruction.keyword.span) } else { span };
        let message = fixes::exec_form::shell_form_message(cx, site.instruction, &keyword);
        let help = fixes::exec_form::exec_form_help(cx, site.instruction);
        let choice = if fixes::exec_form::may_stay_in_shell_form(cx, site.instruction) {
            ", or choose the shell with `SHELL`"
        } else {
            ""
        };
        cx.report(site.anchor, span, message).help(format!("{help}{choice}"));
    }
}
