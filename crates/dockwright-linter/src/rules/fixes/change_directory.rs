//! Replaces a `cd` at the start of a RUN with a WORKDIR before it.

use super::instruction_edit;
use super::run_edit::remove_element;
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::shell::{ListNode, ParseOutcome, ShellWord};
use crate::source::Span;
use crate::syntax::{Instruction, Kind, quote_excerpt};

/// Adds the WORKDIR, if the `cd` comes first, its path is absolute and literal, and a command follows.
pub(crate) fn replace_cd_with_workdir(cx: &RuleChecker<'_>, run: &Run<'_>) -> FixOrReason {
    let source = cx.file.source;
    let cd = match run.script.list.first().map(|first| first.node) {
        Some(ListNode::Command(at)) => run.script.commands.get(at).filter(|command| command.is("cd")),
        _ => None,
    };
    let cd = cd.ok_or("`cd` is not the first command of the `RUN`")?;
    let [name, path] = cd.words.as_slice() else {
        return Err("`cd` does not have exactly one argument".into());
    };
    if !path.literal
        || !path.text.starts_with('/')
        || path.text.contains([' ', '\t', '$', '\\', '"', '\'', '~'])
    {
        return Err(format!("{} is not a plain absolute path", word_as_written(path, source)).into());
    }
    let text = run.instruction.rest.span.bytes(source);
    let mentions = |word: &str| text.windows(word.len()).any(|words| words == word.as_bytes());
    if mentions("cd -") || mentions("OLDPWD") {
        return Err("the `RUN` changes back to the previous directory".into());
    }
    if !run.mounts.is_empty() {
        return Err("the directory may be a mount of this `RUN`".into());
    }
    let known = name.text == "cd"
        && cd.redirections.is_empty()
        && cd.assignments.is_empty()
        && run.script.reading == ParseOutcome::Complete
        && run.instruction.heredocs.is_empty()
        && run.is_shell_form()
        && run.instruction.keyword.is_verbatim(source);
    if !known {
        return Err("the `RUN` is not one plain list of commands".into());
    }
    let keyword = if run.instruction.keyword.text == "run" { "workdir" } else { "WORKDIR" };
    let line = format!("{keyword} {}", path.text);
    let at = instruction_edit::line_start_above(cx, run.outer);
    let indentation = Span::new(at, at.max(run.outer.span.start)).bytes(source);
    let spaces = indentation.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indentation = String::from_utf8_lossy(indentation.get(..spaces).unwrap_or_default()).into_owned();
    let without = remove_element(run, 0, source).ok_or("the next command is not joined to `cd` with `&&`")?;
    let edits = vec![Edit::insert(at, format!("{indentation}{line}\n")), without];
    let title = format!("add `{line}` before it");
    Ok(if is_overridden_later(cx, run) {
        let missing = format!("`{}` may not exist yet", path.text);
        Fix::new(Applicability::UnsafeMid, title, edits).with_risk(missing)
    } else {
        Fix::new(Applicability::Suggestion, title, edits)
            .with_risk("later commands may rely on the previous directory")
    })
}

/// An excerpt of a word as it is written in the file.
fn word_as_written(word: &ShellWord, source: &[u8]) -> String {
    quote_excerpt(&String::from_utf8_lossy(word.span.bytes(source)))
}

/// Whether a later WORKDIR of the stage sets another directory before anything depends on this one.
fn is_overridden_later(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
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
                | Kind::Unknown
        )
    });
    next.is_some_and(|next| next.kind == Kind::Workdir && next.rest.text.starts_with('/'))
}
