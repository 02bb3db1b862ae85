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
            _ => format!(" and {others} more"),
        };
        let is_one = others == 0 && !deletion.what.iter().any(|what| what.contains(['*', '?', '[']));
        let (it, its, they, remain) =
            if is_one { ("it", "its", "it", "remains") } else { ("them", "their", "they", "remain") };
        let lines: Vec<String> = deletion.earlier.iter().map(ToString::to_string).collect();
        let (layer, line) = match lines.as_slice() {
            [one] => ("layer", format!("line {one}")),
            more => ("layers", format!("lines {}", join_with_and(more))),
        };
        let message = if deletion.is_move {
            format!(
                "moving {what}{more} stores {it} a second time; {they} also {remain} in the {layer} from {line}"
            )
        } else {
            format!("deleting {what}{more} saves no space; {they} {remain} in the {layer} from {line}")
        };
        let is_merged = !deletion.is_move || deletion.of.iter().all(|one| one.kind == Kind::Run);
        let made = match late_deletion::merge_up_to_deletion(cx, &deletion) {
            _ if !is_merged => Err("a mount cannot replace the copy because the file is moved".to_string()),
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
            !deletion.of.is_empty() && deletion.of.iter().all(|one| late_deletion::downloads_source(cx, one));
        let advice = match (deletion.earlier.iter().all(is_copied), deletion.is_move) {
            (true, _) if is_downloaded => format!("download {it} in this `RUN`, and delete {it} there"),
            (true, true) => format!("copy {it} to {its} final place"),
            (true, false) if deletion.is_part => {
                format!("delete {it} in the source stage, or use `COPY --exclude`")
            }
            (true, false) => {
                format!("mount {it} in this `RUN` with `--mount=type=bind` instead of copying {it}")
            }
            (false, true) => format!("move {it} in the same `RUN` that creates {it}"),
            (false, false) => format!("delete {it} in the same `RUN` that creates {it}"),
        };
        let saving = cx.describe_saving(saved);
        let found = cx.report(deletion.run, deletion.run.keyword.span, message).help(advice).saving(saving);
        match made {
            Ok(fix) => found.fix(fix),
            Err(reason) => found.add_reason_not_fixed(reason),
        };
    }
}
