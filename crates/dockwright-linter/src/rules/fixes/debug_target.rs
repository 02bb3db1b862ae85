//! Moves interactive tools to a separate stage, so that the file builds two images.

use super::run_edit::end_without_continuations;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::base_image::StageUser;
use crate::semantic::{effects, managers};
use crate::shell::ShellWord;
use crate::source::Span;
use crate::syntax::{Arguments, Kind, quote_excerpt};

/// Moves the tools that these words install to a stage `debug` on top of the final one. The default stage no longer
/// contains them.
pub(crate) fn move_to_debug_stage(
    cx: &RuleChecker<'_>,
    tools: &[(Span, Span, String)],
) -> Result<Fix, String> {
    let semantics = cx.semantics;
    let source = cx.file.source;
    let last = semantics.stages.last().ok_or("the file has no stage")?;
    let taken = |name: &str| {
        semantics.stages.iter().any(|stage| stage.alias().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    };
    if let Some(name) = ["debug", "release"].iter().find(|name| taken(name)) {
        return Err(format!("the file already has a stage {}", quote_excerpt(name)));
    }
    let mut edits = Vec::new();
    let mut manager = None;
    for (run, word, name) in tools {
        let run = semantics.runs.iter().find(|own| own.outer.span == *run).ok_or("the `RUN` is unknown")?;
        if run.stage != Some(last.index) {
            return Err("another stage installs it, and other stages may be based on that one".to_string());
        }
        let (own, edit) = remove_word(run, *word, tools, source)
            .ok_or_else(|| format!("the `RUN` would be nearly empty without {}", quote_excerpt(name)))?;
        if manager.is_some_and(|manager| manager != own) {
            return Err("two package managers install them".to_string());
        }
        manager = Some(own);
        edits.push(edit);
    }
    let mut names: Vec<&str> = tools.iter().map(|(_, _, name)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let install = install_command(manager.unwrap_or_default(), &names.join(" "))
        .ok_or("the package manager that installs it is unknown")?;
    let end = u32::try_from(source.len()).map_err(|_| "the file is too long to analyze")?;
    let (base, user) = (last.alias().map(str::to_string), semantics.user_at(last.index, end));
    let base = if let Some(base) = base {
        base
    } else {
        if taken("base") {
            return Err("the file already has a stage `base`".to_string());
        }
        let Arguments::From(from) = &last.from.arguments else {
            return Err("the `FROM` of the stage has a syntax error".to_string());
        };
        let upper = last.from.keyword.text.chars().any(char::is_uppercase);
        edits.push(Edit::insert(from.image.span.end, if upper { " AS base" } else { " as base" }));
        "base".to_string()
    };
    let (before, after) = match user {
        StageUser::Root => (String::new(), String::new()),
        StageUser::Other(user) => ("USER root\n".to_string(), format!("USER {user}\n")),
        // The base image sets it, also for the new stage.
        StageUser::Unknown if !has_user(cx) => (String::new(), String::new()),
        StageUser::Unknown => return Err("the user at the end of the stage is unknown".to_string()),
    };
    let newline = if source.ends_with(b"\n") { "" } else { "\n" };
    let stage =
        format!("{newline}\nFROM {base} AS debug\n{before}RUN {install}\n{after}\nFROM {base} AS release");
    let stage = if newline.is_empty() { stage + "\n" } else { stage };
    edits.push(Edit::insert(end, stage));
    edits.sort();
    edits.dedup();
    let title = "move it to a separate stage `debug` (`docker build --target debug`)";
    Ok(Fix::new(Applicability::Suggestion, title, edits)
        .with_risk("someone may use it in the container")
        .with_proof("the default stage remains the last one"))
}

/// Whether the file sets the user of its commands.
fn has_user(cx: &RuleChecker<'_>) -> bool {
    cx.file.instructions().any(|one| one.kind == Kind::User)
}

/// The word removed from the list of packages, and the command that installs it. `None` if no other package is left.
fn remove_word(
    run: &Run<'_>,
    word: Span,
    tools: &[(Span, Span, String)],
    source: &[u8],
) -> Option<(&'static str, Edit)> {
    let is_tool = |word: &ShellWord| tools.iter().any(|(_, tool, _)| *tool == word.span);
    let command =
        run.script.commands.iter().find(|command| command.words.iter().any(|own| own.span == word))?;
    let call = effects::command_effects(command, source).packages?;
    let mut others = call.words(command);
    others.find(|other| !is_tool(other))?;
    let at = command.words.iter().position(|own| own.span == word)?;
    let before = command.words.get(at.checked_sub(1)?)?;
    let span =
        Span::new(end_without_continuations(before.span, source), end_without_continuations(word, source));
    (!span.bytes(source).contains(&b'#')).then(|| (call.manager, Edit::delete(span)))
}

/// The command that installs packages, and leaves no cache behind.
fn install_command(manager: &str, packages: &str) -> Option<String> {
    Some(managers::find_manager(manager)?.clean_install?.replace("PACKAGES", packages))
}
