//! A `cd` at the start of a RUN becomes a WORKDIR before it.

use super::place;
use super::run_edit::without_element;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::Checker;
use crate::semantic::Run;
use crate::shell::{ListNode, Reading};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

/// The WORKDIR, where the `cd` comes first, its path is absolute and literal, and a command follows.
pub fn fix(cx: &Checker<'_>, run: &Run<'_>) -> Option<Fix> {
    let source = cx.file.source;
    let first = run.script.list.first()?;
    let ListNode::Command(at) = first.node else { return None };
    let cd = run.script.commands.get(at)?;
    let [name, path] = cd.words.as_slice() else { return None };
    let text = run.instruction.rest.span.bytes(source);
    let mentions = |word: &str| text.windows(word.len()).any(|words| words == word.as_bytes());
    let known = name.text == "cd"
        && path.literal
        && path.text.starts_with('/')
        && !path.text.contains([' ', '\t', '$', '\\', '"', '\'', '~'])
        && cd.redirections.is_empty()
        && cd.assignments.is_empty()
        && run.script.reading == Reading::Complete
        && run.mounts.is_empty()
        && run.instruction.heredocs.is_empty()
        && matches!(&run.instruction.arguments, Arguments::Command(CommandLine::Shell(_)))
        && run.instruction.keyword.is_verbatim(source)
        && !mentions("cd -")
        && !mentions("OLDPWD");
    if !known {
        return None;
    }
    let keyword = if run.instruction.keyword.text == "run" { "workdir" } else { "WORKDIR" };
    let line = format!("{keyword} {}", path.text);
    let at = place::above(cx, run.outer);
    let indentation = Span::new(at, at.max(run.outer.span.start)).bytes(source);
    let blanks = indentation.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indentation = String::from_utf8_lossy(indentation.get(..blanks)?).into_owned();
    let edits = vec![Edit::insert(at, format!("{indentation}{line}\n")), without_element(run, 0, source)?];
    let title = format!("write `{line}` before it");
    Some(if is_undone(cx, run) {
        Fix::new(Applicability::UnsafeMid, title, edits)
    } else {
        Fix::new(Applicability::Shown, title, edits).missing("what else is done in that directory")
    })
}

/// Whether a later WORKDIR of the stage sets another directory before anything depends on this one.
fn is_undone(cx: &Checker<'_>, run: &Run<'_>) -> bool {
    let Some(stage) = cx.semantics.stage_at(run.outer.span.start) else { return false };
    let after = |other: &&Instruction<'_>| {
        other.span.start > run.outer.span.start && other.span.start < stage.span.end
    };
    let next = cx.file.instructions().filter(after).find(|other| {
        matches!(
            other.kind,
            Kind::Run
                | Kind::Copy
                | Kind::Add
                | Kind::Workdir
                | Kind::Cmd
                | Kind::Entrypoint
                | Kind::Healthcheck
                | Kind::Onbuild
        )
    });
    next.is_some_and(|next| next.kind == Kind::Workdir && next.rest.text.starts_with('/'))
}
