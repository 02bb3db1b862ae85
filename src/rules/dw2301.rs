//! DW2301: packages that only one RUN needs, kept in the image.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::build_packages;

pub(super) static RULE: Rule = Rule {
    code: "DW2301",
    name: "build-packages-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW2301.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut Checker<'_>) {
    let semantics = cx.semantics;
    for (at, run) in semantics.runs.iter().enumerate().filter(|(_, run)| run.ships && !run.onbuild) {
        let Some(kept) = build_packages::kept(cx, run, semantics.runs.get(at + 1)) else { continue };
        let Some(first) = kept.build.first() else { continue };
        let more = if kept.build.len() > 1 {
            " and other packages stay in the image"
        } else {
            " stays in the image"
        };
        let them = if kept.build.len() > 1 { "them" } else { "it" };
        let message = format!("`{}`{more}, but only the build needs {them}", first.text);
        let made = build_packages::fix(cx, &kept);
        let found = cx
            .report(run.outer, first.span, message)
            .help("install build dependencies as a virtual package, and delete it in the same `RUN`");
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.refuse(reason),
        };
    }
}
