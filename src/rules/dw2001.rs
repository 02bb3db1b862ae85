//! DW2001: a deletion that makes the image no smaller.

use crate::optimize::{Cause, facts};
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::late_deletion;

pub(super) static RULE: Rule = Rule {
    code: "DW2001",
    name: "late-deletion",
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DW2001.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut Checker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for deletion in facts::late_deletions(outline) {
        let what =
            deletion.what.first().map_or_else(String::new, |what| format!("`{}`", what.replace('`', "'")));
        let more = if deletion.what.len() > 1 { " and more" } else { "" };
        let line = deletion.earlier.first().copied().unwrap_or_default();
        let message =
            format!("deleting {what}{more} saves no space; the files remain in the layer from line {line}");
        let made = late_deletion::fix(cx, &deletion);
        let saved = cx.wasted(deletion.run, Cause::DeletedLater, None);
        let help = cx.help_with_saving("delete it in the same `RUN` that creates it", saved);
        let found = cx.report(deletion.run, deletion.run.keyword.span, message).help(help);
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.refuse(reason),
        };
    }
}
