//! Removes elements and words from a RUN, and adds an element before the others.

use std::collections::BTreeSet;

use super::run_edit::{end_without_continuations, stops_at_errors};
use crate::diagnostic::Edit;
use crate::semantic::Run;
use crate::shell::{Connector, ListNode};
use crate::source::Span;

/// Removes the elements with these indexes from the list, each with its connector. `None` if the meaning of the rest
/// would change: after `||`, before `&`, next to a comment.
pub(crate) fn removal_edits(run: &Run<'_>, gone: &BTreeSet<usize>, source: &[u8]) -> Option<Vec<Edit>> {
    let list = &run.script.list;
    let (mut edits, mut at) = (Vec::new(), 0);
    while at < list.len() {
        let first = at;
        while gone.contains(&at) {
            at += 1;
        }
        if first < at {
            edits.push(delete_elements(run, first, at, source)?);
        }
        at += 1;
    }
    Some(edits)
}

/// Deletes the elements from `first` to `next` (exclusive).
fn delete_elements(run: &Run<'_>, first: usize, next: usize, source: &[u8]) -> Option<Edit> {
    let list = &run.script.list;
    let stops = starts_with_set_e(run);
    let ties: BTreeSet<u8> = (first..=next)
        .filter_map(|at| list.get(at)?.joint)
        .map(|joint| match joint.connector {
            Connector::And => 0,
            Connector::Sequence | Connector::Newline if stops => 1,
            _ => 2,
        })
        .collect();
    let plain = list.get(first..next)?.iter().all(|item| !item.negated);
    let last = next == list.len();
    if !plain || ties.len() > 1 || ties.contains(&2) || (last && run.script.end.is_some()) {
        return None;
    }
    let span = match first.checked_sub(1) {
        None => Span::new(list.first()?.span.start, list.get(next)?.span.start),
        Some(before) => {
            let end = end_without_continuations(list.get(next - 1)?.span, source);
            Span::new(end_without_continuations(list.get(before)?.span, source), end)
        }
    };
    (!span.bytes(source).contains(&b'#')).then(|| Edit::delete(span))
}

/// Whether the first element is `set -e`.
fn starts_with_set_e(run: &Run<'_>) -> bool {
    let first = run.script.list.first();
    let command = first.and_then(|item| match item.node {
        ListNode::Command(at) => run.script.commands.get(at),
        _ => None,
    });
    command.is_some_and(stops_at_errors)
}

/// Adds a command before the first element, or after a leading `set -e`; the list must continue with `&&` or stop at
/// errors. Leading assignments stay first: ShellCheck does not recognize variables that are assigned after another
/// command.
pub(crate) fn prepend_command(run: &Run<'_>, command: &str, source: &[u8]) -> Option<Edit> {
    let list = &run.script.list;
    let tied = |at: usize| list.get(at)?.joint.map(|joint| joint.connector);
    let plain = |at: usize| {
        list.get(at).is_some_and(|item| {
            let runs_something = item.span.bytes(source).iter().any(|byte| b"(`<>".contains(byte));
            item.node == ListNode::Bare && !item.negated && !runs_something
        })
    };
    let settings =
        (0..list.len()).take_while(|at| plain(*at) && tied(at + 1) == Some(Connector::And)).count();
    let (first, second) = (list.get(settings)?, list.get(settings + 1));
    let between = second.and_then(|second| {
        let text = Span::new(end_without_continuations(first.span, source), second.span.start).bytes(source);
        std::str::from_utf8(text).ok().filter(|text| !text.contains('#'))
    });
    match (tied(settings + 1), between) {
        (None, _) => Some(Edit::insert(first.span.start, format!("{command} && "))),
        (Some(Connector::And), between) => {
            let between = between.unwrap_or(" && ");
            Some(Edit::insert(first.span.start, format!("{command}{between}")))
        }
        (Some(Connector::Sequence | Connector::Newline), Some(between)) if starts_with_set_e(run) => {
            Some(Edit::insert(end_without_continuations(first.span, source), format!("{between}{command}")))
        }
        _ => None,
    }
}

/// Removes a word of a command, with the spaces before it. `None` next to a comment.
pub(crate) fn remove_word(before: Span, word: Span, source: &[u8]) -> Option<Edit> {
    let span = Span::new(end_without_continuations(before, source), end_without_continuations(word, source));
    (!span.bytes(source).contains(&b'#')).then(|| Edit::delete(span))
}
