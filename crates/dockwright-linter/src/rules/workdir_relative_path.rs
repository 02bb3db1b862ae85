//! WorkdirRelativePath: a relative WORKDIR that is the first of its stage.

use super::fixes::instruction_edit;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::syntax::quote_excerpt;

pub(crate) static RULE: Rule = Rule {
    code: "WorkdirRelativePath",
    name: "workdir-relative-path",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/WorkdirRelativePath.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    for found in
        build.facts.relative_workdirs.iter().filter(|found| found.known && build.is_reachable(&found.site))
    {
        let written = quote_excerpt(&format!("WORKDIR {}", found.value));
        let message = format!("relative {written} depends on the base image's working directory");
        let lost = cx.semantics.is_windows(found.site.anchor.span.start)
            && cx.file.escape == b'\\'
            && found.span.bytes(cx.file.source).contains(&b'\\');
        let help = if lost {
            "write `\\\\` or `/`, or change the escape character with a `# escape=` line"
        } else {
            "use an absolute path"
        };
        let diagnostic = cx.report(found.site.anchor, found.span, message).help(help);
        let plain = found.value.starts_with(|c: char| c.is_alphanumeric()) && !found.value.contains(':');
        if found.literal && plain && !found.site.fired {
            let fix = Fix::new(
                Applicability::Suggestion,
                format!("write `/{}`", found.value),
                [Edit::insert(found.span.start, "/")],
            );
            diagnostic.fix(fix.with_risk("the base image's working directory is unknown"));
        } else {
            diagnostic.add_reason_not_fixed(if found.site.fired {
                instruction_edit::FIRED
            } else {
                instruction_edit::NOT_VERBATIM
            });
        }
    }
}
