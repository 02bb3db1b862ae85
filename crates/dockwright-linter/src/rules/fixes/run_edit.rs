//! Changes and adds commands in a RUN, in the layout of the RUN.

use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::{OTHER_USERS, Run};
use crate::shell::{CommandPlace, Connector, ListNode, ShellCommand, is_errexit_option};
use crate::source::Span;

/// Why [`insert_after_word`] returns `None`.
pub(crate) const NOT_PLAIN: &str = "the command is quoted or comes from a variable";
/// The reason against deleting files as a user who may lack permission.
pub(crate) const NOT_ROOT: &str = "the `RUN` may run as a user other than root";

/// Inserts text after the first of these words of a command: `-y` after `install`.
pub(crate) fn insert_after_word(
    command: &ShellCommand,
    any: &[&str],
    text: &str,
    source: &[u8],
) -> Option<Edit> {
    // No option can follow `--`.
    let mut words = command.arguments().iter().take_while(|word| word.text != "--");
    let word = words.find(|word| any.contains(&word.text.as_str()))?;
    // Text that is passed to another shell must not be changed.
    if command.place == CommandPlace::Quoted {
        return None;
    }
    let plain = word.span.bytes(source) == word.text.as_bytes();
    plain.then(|| Edit::insert(word.span.end, format!(" {text}")))
}

/// Adds flags before the command: on its line if there is one flag and one line, otherwise on separate lines. With
/// `apart`, they are always on separate lines. `None` if there are no flags.
pub(crate) fn add_run_flags(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    flags: &[String],
    apart: bool,
) -> Option<Edit> {
    let continuations = &run.instruction.continuations;
    let escape = char::from(cx.file.escape);
    let separator = if continuations.is_empty() && flags.len() == 1 && !apart {
        " ".to_string()
    } else {
        let is_tab = |end: u32| cx.file.source.get(end as usize) == Some(&b'\t');
        let tabs = continuations.iter().any(|line| is_tab(line.span.end));
        format!(" {escape}\n{}", if tabs { "\t" } else { "    " })
    };
    let mut text = flags.join(&separator) + &separator;
    if !run.instruction.heredocs.is_empty() {
        text.truncate(text.trim_end_matches(['\n', ' ', '\t', escape]).len());
        text.push(' ');
    }
    (!flags.is_empty()).then(|| Edit::insert(run.instruction.rest.span.start, text))
}

/// Whether a command of the list always runs unless an earlier one fails: in its chain of `&&`, nothing before it is
/// a test, a group or negated.
pub(crate) fn is_unconditional(run: &Run<'_>, command: &ShellCommand) -> bool {
    let list = &run.script.list;
    let Some(at) = list.iter().position(|item| item.span.contains(command.span)) else { return false };
    for item in list.iter().take(at + 1).rev() {
        if item.negated || !matches!(item.node, ListNode::Command(_) | ListNode::Bare | ListNode::Pipeline) {
            return false;
        }
        match item.joint.map(|joint| joint.connector) {
            Some(Connector::And) => {}
            Some(Connector::Or) => return false,
            _ => break,
        }
    }
    true
}

/// Whether the RUN is one list of simple commands joined by `&&`, each of them known.
pub(crate) fn is_known_and_list(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    run.is_known_and_list(cx.file.source)
}

/// Whether the user is certainly root.
pub(crate) fn is_root(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let root = run.stage.is_some_and(|stage| cx.semantics.is_known_root(stage, run.outer.span.start));
    root && !run
        .script
        .commands
        .iter()
        .any(|command| command.runs_through(&OTHER_USERS) || command.is_any(&OTHER_USERS))
}

/// A fix that is safe, or of level low if a fact is missing.
pub(crate) fn safe_or_low_fix(missing: Option<&str>, title: &str, edits: Vec<Edit>) -> FixOrReason {
    if edits.is_empty() {
        return Err(NOT_PLAIN.into());
    }
    Ok(match missing {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::UnsafeLow, title, edits).with_risk(fact),
    })
}

/// Removes an element of the list, with the `&&` before it, or after it if it is the first. `None` if another
/// connector or a comment is next to it.
pub(crate) fn remove_element(run: &Run<'_>, at: usize, source: &[u8]) -> Option<Edit> {
    let list = &run.script.list;
    let item = list.get(at)?;
    let next = list.get(at + 1);
    let tied = |item: &crate::shell::ListItem| {
        item.joint.is_none_or(|joint| joint.connector == Connector::And) && !item.negated
    };
    if !tied(item) || !next.is_none_or(tied) || (next.is_none() && run.script.end.is_some()) {
        return None;
    }
    let span = match at.checked_sub(1) {
        None => Span::new(item.span.start, next?.span.start),
        Some(before) => Span::new(
            end_without_continuations(list.get(before)?.span, source),
            end_without_continuations(item.span, source),
        ),
    };
    (!span.bytes(source).contains(&b'#')).then(|| Edit::delete(span))
}

/// The end of a span without the continuations that directly follow its last word.
pub(crate) fn end_without_continuations(span: Span, source: &[u8]) -> u32 {
    let mut text = span.bytes(source);
    while text.ends_with(b"\n") {
        let line = text.trim_ascii_end();
        let Some(rest) = line.strip_suffix(b"\\").or_else(|| line.strip_suffix(b"`")) else { break };
        text = rest;
    }
    span.start + u32::try_from(text.len()).unwrap_or(span.len())
}

/// Whether the command is `set -e`, `set -eux` or `set -o errexit`.
pub(crate) fn stops_at_errors(command: &ShellCommand) -> bool {
    command.is("set") && command.arguments().iter().any(|word| is_errexit_option(&word.text))
}
