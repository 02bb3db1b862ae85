//! CopyIgnoredFile: ADD or COPY of a file that the ignore file excludes.

use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::quote_excerpt;

pub static RULE: Rule = Rule {
    code: "CopyIgnoredFile",
    name: "copy-ignored-file",
    needs_file_only: false,
    check: Check::File(check),
    docs: include_str!("../../../../rules/CopyIgnoredFile.md"),
    ..Rule::BUILDKIT
};

fn check(cx: &mut RuleChecker<'_>) {
    let build = &cx.semantics.build;
    let Some(ignored) = cx.ignored else { return };
    let files = cx.context;
    let kept = |source: &str| files.is_some_and(|files| files.contains_path(source));
    let kept = files.map(|_| &kept as &dyn Fn(&str) -> bool);
    for found in build.facts.sources.iter().filter(|found| found.known && build.is_reachable(&found.site)) {
        if ignored.excludes_source(&found.value, kept) {
            let keyword = quote_excerpt(&found.site.instruction.keyword.text);
            let message =
                format!("{keyword} names {}, which `.dockerignore` excludes", quote_excerpt(&found.value));
            cx.report(found.site.anchor, found.span, message)
                .help("remove the pattern from `.dockerignore`, or copy another file");
        }
    }
}
