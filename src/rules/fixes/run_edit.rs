//! How a command is changed in, or added to, a RUN, in the shape that the RUN has.

use crate::diagnostic::{Applicability, Edit, Fix, Offer};
use crate::rule::Checker;
use crate::semantic::{OTHER_USERS, Run, shell_span};
use crate::shell::{Command, Connector, ListNode, Place};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine};

/// Why [`append`] gives nothing.
pub const NO_END: &str =
    "nothing can be added to the end of the `RUN` that runs just when all of it succeeded";
/// Why [`after_word`] gives nothing.
pub const NOT_PLAIN: &str = "the command is not written plainly";
/// Why nothing is removed for a user who may not do so.
pub const NOT_ROOT: &str = "it is not known that root runs it";

/// The words behind one of these in a command: `install` and `-y`.
pub fn after_word(command: &Command, any: &[&str], text: &str, source: &[u8]) -> Option<Edit> {
    let word = command.arguments().iter().find(|word| any.contains(&word.text.as_str()))?;
    // What stands in the text for another shell is that shell's.
    if command.place == Place::Quoted {
        return None;
    }
    let plain = word.span.bytes(source) == word.text.as_bytes();
    plain.then(|| Edit::insert(word.span.end, format!(" {text}")))
}

/// The flags before the command, on its line where there is one flag and one line, else on lines of their own; `apart`
/// has them on lines of their own in any case. `None` where there are no flags.
pub fn with_flags(cx: &Checker<'_>, run: &Run<'_>, flags: &[String], apart: bool) -> Option<Edit> {
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

/// Whether the RUN is one list of simple commands tied by `&&`, each of them known.
pub fn is_pure(cx: &Checker<'_>, run: &Run<'_>) -> bool {
    run.is_pure_list(cx.file.source)
}

/// Whether root runs it, for certain.
pub fn is_root(cx: &Checker<'_>, run: &Run<'_>) -> bool {
    let root = run.stage.is_some_and(|stage| cx.semantics.is_known_root(stage, run.outer.span.start));
    root && !run
        .script
        .commands
        .iter()
        .any(|command| command.runs_through(&OTHER_USERS) || command.is_any(&OTHER_USERS))
}

/// Safe, or low with the fact that was missing.
pub fn safe_or_low(missing: Option<&str>, title: &str, edits: Vec<Edit>) -> Offer {
    if edits.is_empty() {
        return Err(NOT_PLAIN.into());
    }
    Ok(match missing {
        None => Fix::safe(title, edits),
        Some(fact) => Fix::new(Applicability::UnsafeLow, title, edits).missing(fact),
    })
}

/// The command after the last one of the RUN, run where that one succeeded.
///
/// It stands on a line of its own where the others do, with their indentation; in a heredoc that stops at errors
/// it is a line, too. `None` where it is hard to say what would run before it.
pub fn append(run: &Run<'_>, source: &[u8], command: &str) -> Option<Edit> {
    let script = &run.script;
    let last = script.list.last()?;
    let Arguments::Command(CommandLine::Shell(text)) = &run.instruction.arguments else { return None };
    let heredoc = !run.instruction.heredocs.is_empty();
    let body = shell_span(source, run.instruction, text.span, run.view);
    if heredoc && run.instruction.heredocs.iter().all(|heredoc| heredoc.body != body) {
        return None;
    }
    let known = |item: &crate::shell::ListItem| {
        !item.negated && matches!(item.node, ListNode::Command(_) | ListNode::Pipeline | ListNode::Compound)
    };
    let leaves = |command: &Command| {
        command.words.first().is_some_and(|word| matches!(word.text.as_str(), "exit" | "exec" | "return"))
    };
    let joints = || script.list.iter().filter_map(|item| item.joint).chain(script.end);
    if !known(last)
        || script.commands.iter().any(leaves)
        || joints().any(|joint| joint.connector == Connector::Background)
        || script.end.is_some()
    {
        return None;
    }
    let first = script.list.first()?;
    let stops = match first.node {
        ListNode::Command(at) => script.commands.get(at).is_some_and(stops_at_errors),
        _ => false,
    };
    // Text between two elements, as the author writes it.
    let between = |at: usize| {
        let (before, after) = (script.list.get(at.checked_sub(1)?)?, script.list.get(at)?);
        let text = Span::new(end_of(before.span, source), after.span.start).bytes(source);
        let text = std::str::from_utf8(text).ok()?;
        (!text.contains('#')).then_some(text)
    };
    let same = |joint: Connector| match joint {
        Connector::And => true,
        Connector::Sequence | Connector::Newline => stops,
        _ => false,
    };
    let model = (1..script.list.len()).rev().find(|at| {
        script.list.get(*at).and_then(|item| item.joint).is_some_and(|joint| same(joint.connector))
    });
    let separator = match model.and_then(between) {
        // Behind a list of packages, one a line, it would be overlooked.
        Some(text) if !text.contains('\n') && is_long(last.span, source) => {
            own_line(run, source).unwrap_or_else(|| text.to_string())
        }
        Some(text) => text.to_string(),
        None if heredoc => " && ".to_string(),
        None => own_line(run, source).unwrap_or_else(|| " && ".to_string()),
    };
    Some(Edit::insert(end_of(last.span, source), format!("{separator}{command}")))
}

/// An element of the list taken out, with the `&&` that ties it to the one before, or after it where it is the
/// first. `None` where another connector stands beside it, or a comment.
pub fn without_element(run: &Run<'_>, at: usize, source: &[u8]) -> Option<Edit> {
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
        Some(before) => Span::new(end_of(list.get(before)?.span, source), end_of(item.span, source)),
    };
    (!span.bytes(source).contains(&b'#')).then(|| Edit::delete(span))
}

/// Whether an element goes over several lines.
fn is_long(span: Span, source: &[u8]) -> bool {
    Span::new(span.start, end_of(span, source)).bytes(source).contains(&b'\n')
}

/// The end of a span without the continuations that its last word is glued to.
pub fn end_of(span: Span, source: &[u8]) -> u32 {
    let mut text = span.bytes(source);
    while text.ends_with(b"\n") {
        let line = text.trim_ascii_end();
        let Some(rest) = line.strip_suffix(b"\\").or_else(|| line.strip_suffix(b"`")) else { break };
        text = rest;
    }
    span.start + u32::try_from(text.len()).unwrap_or(span.len())
}

/// `set -e`, `set -eux`, `set -o errexit`.
pub fn stops_at_errors(command: &Command) -> bool {
    command.is("set")
        && command.arguments().iter().any(|word| {
            word.text == "errexit"
                || (word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('e'))
        })
}

/// A new line as the last continued one of the RUN is indented.
fn own_line(run: &Run<'_>, source: &[u8]) -> Option<String> {
    let last = run.instruction.continuations.last()?;
    let escape = last.span.bytes(source).first().copied().map(char::from)?;
    let rest = source.get(last.span.end as usize..)?;
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indentation = std::str::from_utf8(rest.get(..blanks)?).ok()?;
    Some(format!(" {escape}\n{indentation}&& "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::unified;
    use crate::semantic::{Semantics, View};
    use crate::syntax;

    fn appended(text: &str) -> String {
        let source = format!("FROM a\n{text}\n");
        let file = syntax::parse(source.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let run = semantics.runs.first().expect("a RUN");
        let Some(edit) = append(run, source.as_bytes(), "rm x") else { return "-".to_string() };
        let (before, after) = source.split_at(edit.span.start as usize);
        let new = format!("{before}{}{after}", edit.text);
        assert_ne!(unified("f", source.as_bytes(), new.as_bytes()), "");
        new.trim_start_matches("FROM a\n").trim_end().to_string()
    }

    #[test]
    fn a_command_is_added_in_the_shape_of_the_run() {
        for (text, expected) in [
            ("RUN a", "RUN a && rm x"),
            ("RUN a && b", "RUN a && b && rm x"),
            ("RUN a; b", "RUN a; b && rm x"),
            ("RUN set -eux; a; b", "RUN set -eux; a; b; rm x"),
            ("RUN a && \\\n  b", "RUN a && \\\n  b && \\\n  rm x"),
            ("RUN a \\\n    && b\\\n    && c d", "RUN a \\\n    && b\\\n    && c d\\\n    && rm x"),
            ("RUN a i \\\n    p \\\n    q", "RUN a i \\\n    p \\\n    q \\\n    && rm x"),
            ("RUN a && \\\n  # why\n  b", "RUN a && \\\n  # why\n  b \\\n  && rm x"),
            ("RUN set -ex; \\\n\ta; \\\n\tb", "RUN set -ex; \\\n\ta; \\\n\tb; \\\n\trm x"),
            ("RUN a && b i \\\n  p \\\n  q", "RUN a && b i \\\n  p \\\n  q \\\n  && rm x"),
            ("RUN a && b # why", "RUN a && b && rm x # why"),
            ("RUN a | b", "RUN a | b && rm x"),
            ("RUN a || b", "RUN a || b && rm x"),
            ("RUN <<EOF\nset -e\na\nb\nEOF", "RUN <<EOF\nset -e\na\nb\nrm x\nEOF"),
            ("RUN <<EOF\na\nb\nEOF", "RUN <<EOF\na\nb && rm x\nEOF"),
            ("RUN a &", "-"),
            ("RUN a;", "-"),
            ("RUN a && exec b", "-"),
            ("RUN ! a", "-"),
            ("RUN [\"a\"]", "-"),
        ] {
            assert_eq!(appended(text), expected, "{text}");
        }
    }
}
