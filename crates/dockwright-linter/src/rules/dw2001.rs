//! DW2001: a deletion that makes the image no smaller.

use crate::optimize::{WasteCause, facts};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::{late_deletion, virtual_package};
use crate::syntax::{Kind, join_with_and};

pub(super) static RULE: Rule = Rule {
    code: "DW2001",
    name: "late-deletion",
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::DeletedLater),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2001.md"),
    ..Rule::OPTIMIZER
};

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    for deletion in facts::find_late_deletions(outline) {
        let what =
            deletion.what.first().map_or_else(String::new, |what| format!("`{}`", what.replace('`', "'")));
        let others = deletion.what.len().saturating_sub(1);
        let more = match others {
            0 => String::new(),
            1 => " and 1 other".to_string(),
            _ => format!(" and {others} others"),
        };
        let (stores, remain) = match others {
            0 => ("stores it", "it also remains"),
            _ => ("stores them", "they also remain"),
        };
        let lines: Vec<String> = deletion.earlier.iter().map(ToString::to_string).collect();
        let (layer, line) = match lines.as_slice() {
            [one] => ("layer", format!("line {one}")),
            more => ("layers", format!("lines {}", join_with_and(more))),
        };
        let message = if deletion.is_move {
            format!("moving {what}{more} {stores} a second time; {remain} in the {layer} from {line}")
        } else {
            format!("deleting {what}{more} saves no space; the files remain in the {layer} from {line}")
        };
        let is_merged = !deletion.is_move || deletion.of.iter().all(|one| one.kind == Kind::Run);
        let made = match late_deletion::merge_up_to_deletion(cx, &deletion) {
            _ if !is_merged => Err("the files of a mount cannot be moved".to_string()),
            Err(reason) => virtual_package::use_virtual_package(cx, &deletion).map_err(|_| reason),
            made => made,
        };
        let what = deletion.what.first().map(String::as_str);
        let saved = cx.wasted_bytes(deletion.run, WasteCause::DeletedLater, what);
        let is_copied = |line: &u32| {
            let mut steps = outline.drafts.steps.iter();
            let copies = |kind| matches!(kind, Kind::Copy | Kind::Add);
            steps.any(|step| {
                copies(step.instruction.kind) && cx.semantics.line(step.instruction.span.start) == *line
            })
        };
        let is_downloaded =
            !deletion.of.is_empty() && deletion.of.iter().all(|one| late_deletion::downloads_source(one));
        let advice = match (deletion.earlier.iter().all(is_copied), deletion.is_move) {
            (true, _) if is_downloaded => "download it in this `RUN`, and delete it there",
            (true, true) => "copy it to its final place",
            (true, false) if deletion.is_part => {
                "delete it in the stage that it comes from, or use `COPY --exclude`"
            }
            (true, false) => "mount it in this `RUN` with `--mount=type=bind`, and do not copy it",
            (false, true) => "move it in the same `RUN` that creates it",
            (false, false) => "delete it in the same `RUN` that creates it",
        };
        let help = cx.help_with_saving(advice, saved);
        let found = cx.report(deletion.run, deletion.run.keyword.span, message).help(help);
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.not_fixed(reason),
        };
    }
}
