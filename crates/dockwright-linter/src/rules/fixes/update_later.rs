//! Moves a RUN that fetches package lists down into the RUN that uses them for an install.

use super::instruction_edit;
use super::merge::{self, is_and_list};
use super::run_edit::end_without_continuations;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::{Run, RunFlags, parse_settings};
use crate::source::Span;
use crate::syntax::{Arguments, Instruction, Kind, Node};

/// Environment variables that programs read when they fetch packages.
const READ: [&str; 8] = ["PATH", "LD_", "DEBIAN_", "DEBCONF_", "APT_", "HOME", "TMPDIR", "SSL_"];

/// Moves the commands of `first` before those of `second`, past instructions that do not affect them.
pub(crate) fn offer_later_update(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> FixOrReason {
    let source = cx.file.source;
    let alike = first.mounts.is_empty() && RunFlags::new(first) == RunFlags::new(second);
    if !alike || ![first, second].iter().all(|run| is_and_list(cx, run)) {
        return Err("the two `RUN`s are not both commands joined with `&&`, with the same flags".into());
    }
    let inside = |span: Span| first.outer.span.end <= span.start && span.end <= second.outer.span.start;
    let others = cx.file.instructions().filter(|one| inside(one.span));
    if let Some(other) = others.into_iter().find(|one| !update_can_move_past(cx, one)) {
        return Err(format!("`{}` is between the two `RUN`s", other.keyword.text.to_uppercase()).into());
    }
    let comment = cx.file.items.iter().any(|item| matches!(item.node, Node::Comment(_)) && inside(item.span));
    let list = |run: &Run<'_>| {
        let (first, last) = (run.script.list.first()?.span, run.script.list.last()?.span);
        Some(Span::new(first.start, end_without_continuations(last, source)))
    };
    let parts = list(first).zip(list(second)).zip(instruction_edit::remove_lines(cx, first.outer));
    let Some(((own, others), removal)) = parts.filter(|_| !comment) else {
        return Err("a comment is between them".into());
    };
    let text = String::from_utf8_lossy(own.bytes(source)).into_owned();
    let edits = [removal, Edit::insert(others.start, format!("{text} && "))];
    let title = "move it into the `RUN` that installs";
    let fix = Fix::new(Applicability::Suggestion, title, edits).without_information_loss();
    Ok(fix.with_risk("the update may depend on the instructions in between"))
}

/// Whether the instruction neither needs the package lists nor changes how they are fetched.
fn update_can_move_past(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> bool {
    let free = |name: &str| {
        !READ.iter().any(|read| name.starts_with(read)) && !name.to_lowercase().ends_with("_proxy")
    };
    match (instruction.kind, &instruction.arguments) {
        (Kind::Workdir, _) => true,
        (Kind::Env, _) => {
            parse_settings(cx.file, instruction, cx.semantics.view).iter().all(|pair| free(&pair.key))
        }
        (Kind::Arg, Arguments::Declarations(declared)) => declared.iter().all(|one| free(&one.name.text)),
        _ => merge::sets_only_metadata(cx, instruction),
    }
}
