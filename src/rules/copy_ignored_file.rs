//! CopyIgnoredFile: ADD or COPY of what the ignore file leaves out.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::syntax::quoted;

pub static RULE: Rule = Rule {
    code: "CopyIgnoredFile",
    name: "copy-ignored-file",
    group: Group::Buildkit,
    severity: Severity::Warning,
    hadolint_severity: None,
    enabled: Enabled::Default,
    fixable: Fixable::Never,
    check: Check::File(check),
    docs: include_str!("../../rules/CopyIgnoredFile.md"),
};

fn check(cx: &mut Checker<'_>) {
    let build = &cx.semantics.build;
    let Some(ignored) = cx.ignored else { return };
    for found in build.facts.sources.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        if ignored.hides_source(&found.value) {
            let keyword = quoted(&found.site.instruction.keyword.text);
            let message =
                format!("{keyword} takes {}, which `.dockerignore` leaves out", quoted(&found.value));
            cx.report(found.site.anchor, found.span, message)
                .help("take the pattern out of the ignore file, or copy something else");
        }
    }
}
