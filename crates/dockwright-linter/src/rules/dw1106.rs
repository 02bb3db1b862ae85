//! DW1106: a build context without an ignore file, or with one that does not exclude unneeded files.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::optimize::context::{Amount, ContextFiles, find_junk};
use crate::optimize::facts::StepDraft;
use crate::rule::{Check, Rule, RuleChecker};
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW1106",
    name: "missing-dockerignore",
    severity: Severity::Info,
    needs_file_only: false,
    wastes: Some(WasteCause::Junk),
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW1106.md"),
    ..Rule::OPTIMIZER
};

/// A file or directory that a COPY copies although no image needs it.
struct UnneededFile<'f> {
    path: &'f str,
    amount: Amount,
}

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(outline), Some(files)) = (cx.outline(), cx.context) else { return };
    let steps =
        outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_needed(step.stage) && !step.fired);
    let copies = steps.filter(|step| {
        let is_copy = matches!(step.instruction.kind, Kind::Copy | Kind::Add);
        is_copy || step.run.is_some_and(|run| run.mounted_context().is_some())
    });
    for copy in copies {
        let is_whole = copy.key.reads.iter().any(crate::optimize::SourceMatcher::is_whole_context);
        let unneeded = unneeded_files(copy, files);
        let mount = copy.run.and_then(|run| run.mounted_context());
        let command = mount.map_or_else(
            || quote_excerpt(&copy.instruction.keyword.text),
            |_| "`--mount=type=bind`".to_string(),
        );
        let verb = if mount.is_some() { "mounts" } else { "copies" };
        let also = if mount.is_some() { "also mounts" } else { "also copies" };
        let (message, help) = match (&files.ignore_file, unneeded.first()) {
            (None, None) if is_whole => (
                format!("{command} {verb} the whole build context, because no `.dockerignore` exists"),
                "create a `.dockerignore` with `dockwright optimize --write-dockerignore`".to_string(),
            ),
            (None, Some(_)) => (
                format!("{command} {also} {}", list_files(&unneeded)),
                "create a `.dockerignore` with `dockwright optimize --write-dockerignore`".to_string(),
            ),
            (Some(file), Some(_)) => {
                (format!("{command} {also} {}", list_files(&unneeded)), format!("exclude it in `{file}`"))
            }
            _ => continue,
        };
        let span = mount.map_or(copy.instruction.rest.span, |mount| mount.span);
        cx.report(copy.instruction, span, message).help(help);
        // One ignore file applies to all COPYs, so one report is enough.
        return;
    }
}

/// The largest first.
fn unneeded_files<'f>(copy: &StepDraft<'_, '_>, files: &'f ContextFiles) -> Vec<UnneededFile<'f>> {
    let mut all: Vec<UnneededFile<'f>> = Vec::new();
    let is_copied = |path: &str| {
        copy.key.reads.iter().any(|read| read.known && read.path_prefix_named_by_source(path).is_some())
    };
    for file in &files.all {
        let Some((path, _)) = find_junk(&file.path) else { continue };
        if !is_copied(&file.path) {
            continue;
        }
        match all.last_mut().filter(|last| last.path == path) {
            Some(last) => last.amount.add(file.bytes),
            None => {
                let mut amount = Amount::default();
                amount.add(file.bytes);
                all.push(UnneededFile { path, amount });
            }
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.amount.bytes));
    all
}

/// "`.git` and 2 others, which no image needs".
fn list_files(all: &[UnneededFile<'_>]) -> String {
    let first = all.first().map_or_else(String::new, |one| quote_excerpt(one.path));
    match all.len() {
        0 | 1 => format!("{first}, which no image needs"),
        2 => format!("{first} and 1 other path that no image needs"),
        more => format!("{first} and {} other paths that no image needs", more - 1),
    }
}
