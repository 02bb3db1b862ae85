//! Adds a command to a RUN that runs if and only if another one has succeeded, without changing when other commands
//! run.

use super::run_edit::{end_without_continuations, stops_at_errors};
use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::semantic::{Run, shell_span};
use crate::shell::{
    self, CommandPlace, Connector, ListItem, ListNode, ParseOutcome, ShellCommand, is_errexit_option,
};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Kind};

/// Why [`append_after`] and [`append_command`] return `None`.
pub(crate) const NO_POSITION: &str = "a command added to the `RUN` may run even if the install fails";

/// A cleanup command and its position.
pub(crate) struct AppendedCleanUp {
    pub edits: Vec<Edit>,
    /// Whether it is the last command of the RUN.
    pub(crate) at_end: bool,
}

/// Adds `text` so that it runs if and only if `command` has succeeded: at the end of the RUN if that is only reached
/// in this case, otherwise directly after the command, in braces next to `||`. `None` if the command is in a pipe, a
/// loop or a background job, or if `set -e` would no longer notice its failure.
///
/// In a heredoc that continues after errors, the text gets its own line, so that a `set -e` added later notices the
/// failure of the command. It then also runs if the command failed.
pub(crate) fn append_after(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    command: &ShellCommand,
    text: &str,
) -> Option<AppendedCleanUp> {
    let source = cx.file.source;
    let at = run.script.list.iter().position(|item| item.span.contains(command.span))?;
    if decides_end_of_run(run, at, command)
        && let Some(edit) = append_command(run, source, text)
    {
        return Some(AppendedCleanUp { edits: vec![edit], at_end: true });
    }
    let edits = append_after_command(cx, run, at, command, text)?;
    Some(AppendedCleanUp { edits, at_end: false })
}

/// Adds a command after the last one of the RUN, which runs if that one succeeded.
///
/// The new command is on a separate line if the others are, with their indentation, and also in a heredoc
/// that stops at errors. `None` if it is unclear what would run before it.
pub(crate) fn append_command(run: &Run<'_>, source: &[u8], command: &str) -> Option<Edit> {
    let script = &run.script;
    let last = script.list.last()?;
    contiguous_shell_span(run, source)?;
    let known = |item: &ListItem| {
        !item.negated && matches!(item.node, ListNode::Command(_) | ListNode::Pipeline | ListNode::Compound)
    };
    let leaves = |command: &ShellCommand| {
        command.words.first().is_some_and(|word| matches!(word.text.as_str(), "exit" | "exec" | "return"))
    };
    if !known(last)
        || script.commands.iter().any(leaves)
        || has_background_command(run)
        || script.end.is_some()
    {
        return None;
    }
    let stops = stops_at_errors_from_start(run);
    let segment = and_or_chain_range(run, script.list.len() - 1);
    let of_last = script.list.get(segment)?.iter().skip(1).filter_map(connector_after);
    let ends_in_or = of_last.clone().next_back() == Some(Connector::Or);
    // With `set -e`, a separate line is reached only if the list before it succeeded. This is not certain for
    // a list with `&&`: `set -e` ignores failures of all but its last command.
    let own = stops && (ends_in_or || of_last.clone().count() == 0);
    if of_last.clone().any(|joint| joint == Connector::Or) && !own {
        return None;
    }
    // The text between two elements in the style of the author.
    let between = |at: usize| {
        let (before, after) = (script.list.get(at.checked_sub(1)?)?, script.list.get(at)?);
        let text = Span::new(end_without_continuations(before.span, source), after.span.start).bytes(source);
        let text = std::str::from_utf8(text).ok()?;
        (!text.contains('#')).then_some(text)
    };
    let same = |joint: Connector| match joint {
        Connector::And => !ends_in_or,
        Connector::Sequence | Connector::Newline => own,
        _ => false,
    };
    let model = (1..script.list.len())
        .rev()
        .find(|at| script.list.get(*at).and_then(connector_after).is_some_and(same));
    if ends_in_or && model.is_none() {
        return None;
    }
    let heredoc = !run.instruction.heredocs.is_empty();
    let separator = match model.and_then(between) {
        // On the last line of a list with one package per line, the command would be easy to miss.
        Some(text) if !text.contains('\n') && spans_several_lines(last.span, source) && !ends_in_or => {
            indented_new_line(run, source).unwrap_or_else(|| text.to_string())
        }
        Some(text) => text.to_string(),
        None if ends_in_or => return None,
        None if heredoc => " && ".to_string(),
        None => indented_new_line(run, source).unwrap_or_else(|| " && ".to_string()),
    };
    Some(Edit::insert(end_without_continuations(last.span, source), format!("{separator}{command}")))
}

/// The bytes that the shell reads, if they are contiguous.
fn contiguous_shell_span(run: &Run<'_>, source: &[u8]) -> Option<Span> {
    let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
    let body = shell_span(source, run.instruction, text.span, run.view);
    let heredocs = &run.instruction.heredocs;
    (heredocs.is_empty() || heredocs.iter().any(|heredoc| heredoc.body == body)).then_some(body)
}

fn connector_after(item: &ListItem) -> Option<Connector> {
    item.joint.map(|joint| joint.connector)
}

fn has_background_command(run: &Run<'_>) -> bool {
    let script = &run.script;
    let mut joints = script.list.iter().filter_map(|item| item.joint).chain(script.end);
    joints.any(|joint| joint.connector == Connector::Background)
}

/// Whether the RUN begins with `set -e`.
fn stops_at_errors_from_start(run: &Run<'_>) -> bool {
    match run.script.list.first().map(|first| first.node) {
        Some(ListNode::Command(at)) => run.script.commands.get(at).is_some_and(stops_at_errors),
        _ => false,
    }
}

/// Whether the shell may stop at errors, from any position.
fn may_stop_at_errors(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let option = is_errexit_option;
    let by_shell = cx.file.instructions().filter(|one| one.kind == Kind::Shell).any(|one| {
        let Arguments::Command(CommandLine::Exec { words, .. }) = &one.arguments else { return true };
        words.iter().skip(1).any(|word| option(&word.text))
    });
    let by_first_line = run.instruction.heredocs.iter().any(|heredoc| {
        let body = heredoc.body.bytes(cx.file.source);
        let first = body.split(|byte| *byte == b'\n').next().unwrap_or_default();
        first.starts_with(b"#!") && first.windows(2).any(|two| two == b" -")
    });
    by_shell || by_first_line || run.script.commands.iter().any(|one| one.is("set") && stops_at_errors(one))
}

/// The elements that are joined to this one by `&&` and `||`.
fn and_or_chain_range(run: &Run<'_>, at: usize) -> std::ops::Range<usize> {
    let list = &run.script.list;
    let tied = |item: &ListItem| matches!(connector_after(item), Some(Connector::And | Connector::Or));
    let start = (0..=at).rev().find(|at| list.get(*at).is_some_and(|item| !tied(item))).unwrap_or(0);
    let end = (at + 1..list.len()).find(|at| list.get(*at).is_some_and(|item| !tied(item)));
    start..end.unwrap_or(list.len())
}

/// Whether the element is the command itself, or a pipe that ends with it.
fn ends_with_command(run: &Run<'_>, item: &ListItem, command: &ShellCommand) -> bool {
    let same = |at: usize| run.script.commands.get(at).is_some_and(|one| one.span == command.span);
    let ends_pipe = || {
        item.node == ListNode::Pipeline
            && command.place == CommandPlace::Top
            && command.connector == Some(Connector::Pipe)
            && command.span.end == item.span.end
    };
    !item.negated && (matches!(item.node, ListNode::Command(at) if same(at)) || ends_pipe())
}

/// Whether the end of the RUN is reached only if the command, which is in the element at `at`, has succeeded.
fn decides_end_of_run(run: &Run<'_>, at: usize, command: &ShellCommand) -> bool {
    let list = &run.script.list;
    let Some(item) = list.get(at).filter(|item| ends_with_command(run, item, command)) else { return false };
    let segment = and_or_chain_range(run, at);
    let joints = || list.get(segment.clone()).unwrap_or_default().iter().skip(1).filter_map(connector_after);
    if segment.end == list.len() {
        return joints().all(|joint| joint == Connector::And);
    }
    let stops = stops_at_errors_from_start(run)
        && item.span.start != list.first().map_or(0, |first| first.span.start);
    let turned_off =
        run.script.commands.iter().any(|one| one.is("set") && one.has_argument(&["+e", "+ex", "+o"]));
    stops && !turned_off && joints().next().is_none()
}

/// The edits that insert `text` directly after the command.
fn append_after_command(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    at: usize,
    command: &ShellCommand,
    text: &str,
) -> Option<Vec<Edit>> {
    let source = cx.file.source;
    let item = run.script.list.get(at)?;
    let span = contiguous_shell_span(run, source)?;
    if run.script.reading != ParseOutcome::Complete
        || matches!(command.place, CommandPlace::Substitution | CommandPlace::Quoted)
        || item.negated
        || has_background_command(run)
        || has_alternative_call(run, at, command)
    {
        return None;
    }
    let masked = shell::mask_continuations(source, span, &run.instruction.continuations);
    let offset = |place: u32| place.checked_sub(span.start).map(|at| at as usize);
    let within = |from: u32, to: u32| masked.get(offset(from)?..offset(to)?);
    let end = end_without_continuations(command.span, source);
    let next = NextConnector::new(masked.get(offset(end)?..)?)?;
    let ahead = within(item.span.start, command.span.start)?;
    if command.place == CommandPlace::Top {
        ends_with_command(run, item, command).then_some(())?;
    } else {
        let opens = ["if ", "case ", "{", "("].iter().any(|word| ahead.starts_with(word));
        let whole = within(item.span.start, item.span.end)?;
        let repeats = whole.contains("()") || whole.split_whitespace().any(|word| word == "do");
        let turned = ahead.trim_end().ends_with('!');
        if item.node != ListNode::Compound || !opens || repeats || turned {
            return None;
        }
    }
    let piped = command.connector == Some(Connector::Pipe);
    let before = if piped { connector_after(item) } else { command.connector };
    if piped && command.place != CommandPlace::Top || before == Some(Connector::Background) {
        return None;
    }
    let groups = before == Some(Connector::Or) || next == NextConnector::Or;
    if groups && piped {
        return None;
    }
    // A command that is not the last one of its list may fail under `set -e`.
    if may_stop_at_errors(cx, run)
        && !matches!(next, NextConnector::And | NextConnector::Or | NextConnector::End)
    {
        return None;
    }
    let rest = masked.get(offset(end)?..)?;
    if command.place == CommandPlace::Top
        && before.is_none_or(|joint| matches!(joint, Connector::Sequence | Connector::Newline))
        && next == NextConnector::Other
        && rest.starts_with('\n')
        && !run.instruction.heredocs.is_empty()
        // The next command may look at the exit status of this one.
        && !masked.contains("$?")
    {
        let line = masked.get(..offset(item.span.start)?)?.rsplit('\n').next()?;
        let indentation = &line[..line.len() - line.trim_start().len()];
        return Some(vec![Edit::insert(end, format!("\n{indentation}{text}"))]);
    }
    let separator = match indented_new_line(run, source) {
        Some(line) if spans_several_lines(command.span, source) => line,
        _ => " && ".to_string(),
    };
    let (open, close) = if groups { ("{ ", "; }") } else { ("", "") };
    let mut edits = vec![Edit::insert(end, format!("{separator}{text}{close}"))];
    if groups {
        edits.insert(0, Edit::insert(command.span.start, open));
    }
    Some(edits)
}

/// Whether an alternative to the command does the same with the same program, so that a cleanup after the command
/// would only cover some cases.
fn has_alternative_call(run: &Run<'_>, at: usize, command: &ShellCommand) -> bool {
    let list = &run.script.list;
    let subcommand = command.operands().next().map(|word| word.text.as_str());
    let segment = and_or_chain_range(run, at);
    let items = list.get(segment.start..=at).unwrap_or_default();
    let has_or = items.iter().skip(1).filter_map(connector_after).any(|joint| joint == Connector::Or);
    let start = items.first().map_or(0, |first| first.span.start);
    let compound = list.get(at).is_some_and(|item| item.node == ListNode::Compound);
    let similar = |other: &&ShellCommand| {
        start <= other.span.start
            && other.span.end <= command.span.start
            && other.name == command.name
            && subcommand.is_some_and(|word| other.has_argument(&[word]))
    };
    (has_or || compound) && run.script.commands.iter().any(|other| similar(&other))
}

/// The connector after a command.
#[derive(PartialEq, Eq)]
enum NextConnector {
    And,
    Or,
    /// `;`, a line end, or the end of the enclosing construct.
    Other,
    End,
}

impl NextConnector {
    /// `None` for a pipe, a `&` and unknown text.
    fn new(rest: &str) -> Option<Self> {
        let joined = rest.replace("\\\n", "  ");
        let rest = joined.trim_start_matches([' ', '\t', '\r']);
        match rest.chars().next() {
            None => Some(Self::End),
            Some(_) if rest.trim().is_empty() => Some(Self::End),
            Some('&') => rest.starts_with("&&").then_some(Self::And),
            Some('|') => rest.starts_with("||").then_some(Self::Or),
            Some(';' | '\n' | ')' | '#') => Some(Self::Other),
            Some(_) => None,
        }
    }
}

/// Whether an element spans several lines.
fn spans_several_lines(span: Span, source: &[u8]) -> bool {
    Span::new(span.start, end_without_continuations(span, source)).bytes(source).contains(&b'\n')
}

/// A new line with the indentation of the last continued line of the RUN; without indentation, it would look like an
/// instruction.
fn indented_new_line(run: &Run<'_>, source: &[u8]) -> Option<String> {
    let last = run.instruction.continuations.last()?;
    let escape = last.span.bytes(source).first().copied().map(char::from)?;
    let start = last.skipped.last().map_or(last.span.end, |line| line.span.end);
    let rest = source.get(start as usize..)?;
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indentation = std::str::from_utf8(rest.get(..spaces)?).ok()?;
    let indentation = if indentation.is_empty() { "    " } else { indentation };
    Some(format!(" {escape}\n{indentation}&& "))
}

#[cfg(test)]
mod tests;
