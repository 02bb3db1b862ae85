//! Merges two RUNs into one.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::effects::Effects;
use crate::semantic::{Run, RunFlags};
use crate::shell::{Connector, ListItem, ListNode, ParseOutcome};
use crate::source::Span;
use crate::syntax::{Instruction, Item, Kind, Node};

use super::run_edit::{end_without_continuations, stops_at_errors};
use super::shell_change::{changes_shell, depends_on_shell, may_exit_early, shell_stops_at_errors};

/// Whether two RUNs can certainly be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeCertainty {
    /// Every command of both is known, and the second one has the same effect as alone.
    Certain,
    /// It is not certain, for this reason.
    Doubtful(&'static str),
}

/// How the commands of a RUN are grouped, so that a `&&` after them tests the exit status of the whole RUN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommandGrouping {
    Nothing,
    /// `{ a; b; }`
    Braces,
    /// `( a )`: its changes to the shell end with it.
    Parentheses,
}

/// Appends the second RUN to the first one. `None` if `&&` between them would change their meaning, or if they are
/// not adjacent.
pub(crate) fn join_runs(
    cx: &RuleChecker<'_>,
    first: &Run<'_>,
    second: &Run<'_>,
) -> Option<(Vec<Edit>, MergeCertainty)> {
    let alike = have_same_settings(first, second) && [first, second].iter().all(|run| is_and_list(cx, run));
    if !alike || changes_shell(cx, first) {
        return None;
    }
    let nothing = (CommandGrouping::Nothing, CommandGrouping::Nothing);
    Some((join_edits(cx, first, second, nothing)?, certainty_of_join(cx, first, second)))
}

/// Like [`join_runs`], with brackets around the commands if `&&` alone would change the meaning. `later`: all RUNs
/// that are joined after the first one, in order; the first of them is joined here.
///
/// # Errors
/// The text gives the reason why the two cannot be joined.
pub(crate) fn join_with_grouping(
    cx: &RuleChecker<'_>,
    first: &Run<'_>,
    later: &[&Run<'_>],
) -> Result<(Vec<Edit>, MergeCertainty), &'static str> {
    let second = later.first().ok_or("no other `RUN` can be merged")?;
    if !have_same_settings(first, second) {
        return Err("the two `RUN`s have different flags, or mounts");
    }
    if ![first, second].iter().all(|run| is_complete_shell_form(cx, run)) {
        return Err("one of the two `RUN`s is not a plain list of commands");
    }
    let plain = |run: &Run<'_>| is_and_list(cx, run);
    let stops = |run: &Run<'_>| run.script.commands.iter().any(stops_at_errors);
    if !(plain(first) && plain(second)) && (stops(first) || stops(second) || shell_stops_at_errors(cx, first))
    {
        return Err("`set -e` has no effect before `&&`");
    }
    let any_depends_on_shell = || later.iter().any(|run| !plain(run) || depends_on_shell(cx, first, run));
    let before = if plain(first) && !(changes_shell(cx, first) && any_depends_on_shell()) {
        CommandGrouping::Nothing
    } else if changes_shell(cx, first) || may_exit_early(cx, first) {
        CommandGrouping::Parentheses
    } else {
        CommandGrouping::Braces
    };
    // If more RUNs follow, the brackets of the second one are added when it is joined with the next one.
    let after =
        if plain(second) || later.len() > 1 { CommandGrouping::Nothing } else { CommandGrouping::Braces };
    let reason = "another instruction is between the two `RUN`s";
    if later.len() > 1
        && instructions_between(cx, first, second).is_none_or(|between| between.moved.is_some())
    {
        return Err(reason);
    }
    let edits = join_edits(cx, first, second, (before, after)).ok_or(reason)?;
    Ok((edits, certainty_of_join(cx, first, second)))
}

fn have_same_settings(first: &Run<'_>, second: &Run<'_>) -> bool {
    first.mounts.is_empty() && RunFlags::new(first) == RunFlags::new(second) && first.stage == second.stage
}

/// Whether the RUN is in shell form, is parsed completely, and ends with its last command.
fn is_complete_shell_form(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let script = &run.script;
    !run.onbuild
        && run.instruction.keyword.is_verbatim(cx.file.source)
        && run.instruction.heredocs.is_empty()
        && run.is_shell_form()
        && script.reading == ParseOutcome::Complete
        && script.comments.is_empty()
        && script.end.is_none()
        && !script.list.is_empty()
        && script.commands.iter().all(|command| command.connector != Some(Connector::Background))
        && !script
            .list
            .iter()
            .any(|item| item.joint.is_some_and(|joint| joint.connector == Connector::Background))
}

/// Whether the list of the RUN is joined by `&&`.
pub(crate) fn is_and_list(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let script = &run.script;
    let simple = |item: &ListItem| {
        !item.negated && matches!(item.node, ListNode::Command(_) | ListNode::Test | ListNode::Pipeline)
    };
    is_complete_shell_form(cx, run)
        && script.list.iter().all(simple)
        && script.list.iter().filter_map(|item| item.joint).all(|joint| joint.connector == Connector::And)
}

fn certainty_of_join(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> MergeCertainty {
    let source = cx.file.source;
    for run in [first, second] {
        let effects = run.command_effects(source);
        if effects.iter().any(|effects| effects.unknown) {
            return MergeCertainty::Doubtful("some of the commands are unknown");
        }
        if run.may_leave_running(source) {
            return MergeCertainty::Doubtful("one of the `RUN`s may leave a process running");
        }
        if effects.iter().any(Effects::writes_volatile) {
            return MergeCertainty::Doubtful("something may read files that are not stored in a layer");
        }
    }
    MergeCertainty::Certain
}

/// Continues the last line of the first RUN, and replaces the keyword of the second one.
fn join_edits(
    cx: &RuleChecker<'_>,
    first: &Run<'_>,
    second: &Run<'_>,
    around: (CommandGrouping, CommandGrouping),
) -> Option<Vec<Edit>> {
    let source = cx.file.source;
    let end = end_without_continuations(first.script.list.last()?.span, source);
    let keyword = second.instruction.keyword.span;
    let start = second.script.list.first()?.span.start;
    let InstructionsBetween { moved, items } = instructions_between(cx, first, second)?;
    let gap_end = items.first().map_or(second.outer.span.start, |item| item.span.start);
    let gap_end = moved.as_ref().map_or(gap_end, |moved| moved.span.start);
    let rest = Span::new(end, gap_end).bytes(source);
    let head = Span::new(keyword.end, start).bytes(source);
    if !rest.trim_ascii().is_empty() || head.contains(&b'#') {
        return None;
    }
    let (trailing, indentation) = merged_run_style(cx, first, second);
    let escape = char::from(cx.file.escape);
    let closed = around.0.close_bracket();
    let joined = if trailing { format!("{closed} && {escape}\n") } else { format!("{closed} {escape}\n") };
    let lines: Vec<Span> = items.iter().filter(|item| is_blank(item)).map(|item| item.span).collect();
    // Only indentation precedes the keyword.
    let indented = line_start(source, keyword.start);
    let mut edits = Vec::new();
    if around.0 != CommandGrouping::Nothing {
        edits.push(Edit::insert(first.script.list.first()?.span.start, around.0.open_bracket()));
    }
    edits.push(Edit::replace(Span::new(end, gap_end.min(indented)), joined));
    edits.extend(lines.into_iter().map(Edit::delete));
    if Span::new(indented, keyword.start).bytes(source) != indentation.as_bytes() {
        edits.push(Edit::replace(Span::new(indented, keyword.start), indentation));
    }
    let and = if trailing { "" } else { "&& " };
    edits.push(Edit::replace(Span::new(keyword.start, start), format!("{and}{}", around.1.open_bracket())));
    if around.1 != CommandGrouping::Nothing {
        edits.push(Edit::insert(
            end_without_continuations(second.script.list.last()?.span, source),
            around.1.close_bracket(),
        ));
    }
    let mut edits = join_adjacent_edits(edits);
    if let Some(moved) = moved {
        edits.extend([Edit::delete(moved.span), moved.behind]);
        edits.sort();
    }
    Some(edits)
}

impl CommandGrouping {
    fn open_bracket(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Braces => "{ ",
            Self::Parentheses => "( ",
        }
    }

    fn close_bracket(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Braces => "; }",
            Self::Parentheses => " )",
        }
    }
}

/// Joins adjacent edits if only spaces after a line end are deleted.
fn join_adjacent_edits(edits: Vec<Edit>) -> Vec<Edit> {
    let mut whole: Vec<Edit> = Vec::new();
    for edit in edits {
        match whole.last_mut() {
            Some(last)
                if last.span.end == edit.span.start && edit.text.is_empty() && last.text.ends_with('\n') =>
            {
                last.span.end = edit.span.end;
            }
            _ => whole.push(edit),
        }
    }
    whole
}

/// The lines between two RUNs that can be merged.
struct InstructionsBetween<'c> {
    moved: Option<MovedInstructions>,
    /// The lines directly above the second one: blank lines and comments.
    items: Vec<&'c Item<'c>>,
}

/// Metadata instructions, with the lines between them, which move after the second RUN.
struct MovedInstructions {
    span: Span,
    behind: Edit,
}

/// Whether the instruction only sets metadata of the image that RUN does not see.
pub(crate) fn sets_only_metadata(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> bool {
    match instruction.kind {
        Kind::Label
        | Kind::Expose
        | Kind::Cmd
        | Kind::Entrypoint
        | Kind::Healthcheck
        | Kind::Stopsignal
        | Kind::Maintainer => true,
        // Other builders discard files that are written to it later.
        Kind::Volume => cx.options.builder.has_cache_mounts(),
        _ => false,
    }
}

/// `None` if there are other instructions.
fn instructions_between<'c>(
    cx: &'c RuleChecker<'_>,
    first: &Run<'_>,
    second: &Run<'_>,
) -> Option<InstructionsBetween<'c>> {
    let items = &cx.file.items;
    let from = items.partition_point(|item| item.span.start <= first.outer.span.start);
    let to = items.partition_point(|item| item.span.start < second.outer.span.start);
    // The item of the second one begins with its indentation.
    let is_second = |item: &Item<'_>| item.instruction().is_some_and(|one| one.span == second.outer.span);
    let within: Vec<_> = items.get(from..to)?.iter().filter(|item| !is_second(item)).collect();
    let is_line = |item: &Item<'_>| is_blank(item) || matches!(item.node, Node::Comment(_));
    let fits = |item: &&&Item<'_>| {
        is_line(item) || item.instruction().is_some_and(|one| sets_only_metadata(cx, one))
    };
    if within.iter().filter(fits).count() < within.len() {
        return None;
    }
    let own = within.iter().rposition(|item| !is_line(item)).map_or(0, |last| last + 1);
    let (before, right_above) = within.split_at(own);
    let moved = match before {
        [] => None,
        [top, ..] => {
            let source = cx.file.source;
            let last = before.last().map_or(top.span, |item| item.span);
            let span = Span::new(top.span.start, last.end);
            let text = String::from_utf8(span.bytes(source).to_vec()).ok()?.replace("\r\n", "\n");
            let end = items.get(to..)?.iter().chain(items.get(..to)?).find(|item| is_second(item))?.span.end;
            let ends = source.get(..end as usize).is_some_and(|text| text.ends_with(b"\n"));
            let text = if ends { text } else { format!("\n{}", text.trim_end_matches('\n')) };
            Some(MovedInstructions { span, behind: Edit::insert(end, text) })
        }
    };
    Some(InstructionsBetween { moved, items: right_above.to_vec() })
}

fn is_blank(item: &Item<'_>) -> bool {
    matches!(item.node, Node::Blank)
}

fn line_start(source: &[u8], at: u32) -> u32 {
    let before = source.get(..at as usize).unwrap_or_default();
    let spaces = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    at - u32::try_from(spaces).unwrap_or(0)
}

/// Whether `&&` is at the end of lines, and how they are indented: as in these RUNs, or else as in other RUNs of the
/// file.
pub(crate) fn merged_run_style(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> (bool, String) {
    let source = cx.file.source;
    let of_run = |run: &Run<'_>| {
        (1..run.script.list.len()).rev().find_map(|at| {
            let (before, after) = (run.script.list.get(at - 1)?, run.script.list.get(at)?);
            let text =
                Span::new(end_without_continuations(before.span, source), after.span.start).bytes(source);
            let text = std::str::from_utf8(text).ok().filter(|text| !text.contains('#'))?;
            let (first_line, last_line) = (text.split('\n').next()?, text.rsplit_once('\n')?.1);
            let trailing = first_line.contains("&&");
            let indentation: String = last_line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
            (trailing || last_line.contains("&&")).then_some((trailing, indentation))
        })
    };
    of_run(first)
        .or_else(|| of_run(second))
        .or_else(|| cx.joining_style.get_or_init(|| cx.semantics.runs.iter().find_map(of_run)).clone())
        .unwrap_or_else(|| (false, "    ".to_string()))
}

/// Like [`merge_fix`], or the reason why there is none.
pub(crate) fn offer_merge(
    cx: &RuleChecker<'_>,
    first: &Run<'_>,
    second: &Run<'_>,
    certain: Applicability,
    doubtful: Applicability,
) -> FixOrReason {
    merge_fix(cx, first, second, certain, doubtful).ok_or_else(|| merge_obstacle(cx, first, second).into())
}

/// Why two RUNs cannot be merged.
fn merge_obstacle(cx: &RuleChecker<'_>, first: &Run<'_>, second: &Run<'_>) -> &'static str {
    if first.stage != second.stage || instructions_between(cx, first, second).is_none() {
        "another instruction is between the two `RUN`s"
    } else if !first.mounts.is_empty() || RunFlags::new(first) != RunFlags::new(second) {
        "the two `RUN`s have different flags, or mounts"
    } else if ![first, second].iter().all(|run| is_and_list(cx, run)) {
        "the two `RUN`s are not both commands joined with `&&`"
    } else if changes_shell(cx, first) {
        "the first `RUN` changes the shell state for the second"
    } else {
        "a comment is between them"
    }
}

/// Merges adjacent RUNs into one, with this title, or returns the reason against it.
pub(crate) fn offer_merge_all(
    cx: &RuleChecker<'_>,
    runs: &[&Run<'_>],
    certain: Applicability,
    doubtful: Applicability,
) -> FixOrReason {
    let title =
        if runs.len() > 2 { "merge it with the `RUN`s after it" } else { "merge it with the next `RUN`" };
    let (mut all, mut doubt, mut moves) = (Vec::new(), None, false);
    for pair in runs.windows(2) {
        let [first, second] = pair else { continue };
        let Some((edits, joint)) = join_runs(cx, first, second) else {
            return Err(merge_obstacle(cx, first, second).into());
        };
        let moved = instructions_between(cx, first, second).is_some_and(|between| between.moved.is_some());
        if moved && runs.len() > 2 {
            return Err("another instruction is between the `RUN`s".into());
        }
        moves |= moved;
        all.extend(edits);
        if let MergeCertainty::Doubtful(fact) = joint {
            doubt = doubt.or(Some(fact));
        }
    }
    all.sort();
    let fix = match doubt {
        None => Fix::new(certain, title, all),
        Some(fact) => Fix::new(doubtful, title, all).with_risk(fact),
    };
    Ok(if moves { fix.without_information_loss() } else { fix })
}

/// The merged RUN as a fix: of the first class if it is certain, otherwise of the second one.
pub(crate) fn merge_fix(
    cx: &RuleChecker<'_>,
    first: &Run<'_>,
    second: &Run<'_>,
    certain: Applicability,
    doubtful: Applicability,
) -> Option<Fix> {
    let title = "merge it into the previous `RUN`";
    let (edits, joint) = join_runs(cx, first, second)?;
    let fix = match joint {
        MergeCertainty::Certain => Fix::new(certain, title, edits),
        MergeCertainty::Doubtful(fact) => Fix::new(doubtful, title, edits).with_risk(fact),
    };
    let moves = instructions_between(cx, first, second).is_some_and(|between| between.moved.is_some());
    Some(if moves { fix.without_information_loss() } else { fix })
}
