//! Installs a missing program.

use super::instruction_edit;
use super::run_edit::{NOT_PLAIN, is_unconditional};
use crate::diagnostic::{Applicability, Edit, Fix, FixOrReason};
use crate::facts::absence::AbsenceReason;
use crate::rule::RuleChecker;
use crate::semantic::effects::{self, Verb};
use crate::semantic::{Run, Semantics};
use crate::shell::{CommandPlace, ShellCommand};
use crate::syntax::quote_excerpt;

/// The help for a missing program.
pub(crate) fn install_help(lack: &AbsenceReason) -> String {
    match lack.package {
        Some((manager, package)) => format!("install the package `{package}` first, with `{manager}`"),
        None => "use another base image, or copy the program into this one".to_string(),
    }
}

/// Adds the package to the last installation before the command; otherwise a separate RUN before this one.
pub(crate) fn install_missing_package(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    before: u32,
    lack: &AbsenceReason,
) -> FixOrReason {
    let (manager, package) = lack.package.ok_or("no package with this program is known")?;
    if let Some(install) = last_install(cx.semantics, run, before, manager) {
        let word = install.words.last().ok_or(NOT_PLAIN)?;
        let edit = Edit::insert(word.span.end, format!(" {package}"));
        let title = format!(
            "add {} to the installation on line {}",
            quote_excerpt(package),
            cx.semantics.line(install.span.start)
        );
        return Ok(Fix::new(Applicability::UnsafeMid, title, [edit])
            .with_risk("the image gets an additional package"));
    }
    let line = match manager {
        "apk" => format!("RUN apk add --no-cache {package}\n"),
        _ => format!(
            "RUN apt-get update && apt-get install -y --no-install-recommends {package} && rm -rf /var/lib/apt/lists/*\n"
        ),
    };
    let edit = Edit::insert(instruction_edit::line_start_above(cx, run.outer), line);
    let title = format!("install {} before it", quote_excerpt(package));
    Ok(Fix::new(Applicability::Suggestion, title, [edit]).with_risk("the image gets an additional package"))
}

/// The last plain installation with that manager in the stage, before a byte of the file.
fn last_install<'s>(
    semantics: &'s Semantics<'_>,
    run: &Run<'_>,
    before: u32,
    manager: &str,
) -> Option<&'s ShellCommand> {
    let runs = semantics.runs.iter().filter(|other| other.stage == run.stage && !other.onbuild);
    let mut commands = runs
        .flat_map(|run| run.script.commands.iter().map(move |command| (run, command)))
        .filter(|(run, command)| command.span.start < before && is_unconditional(run, command))
        .map(|(_, command)| command);
    let is_plain = |command: &&ShellCommand| {
        command.place == CommandPlace::Top
            && command.is(manager)
            && command.redirections.is_empty()
            && command.words.iter().all(|word| word.literal)
            && command.words.last().is_some_and(|word| !word.is_flag())
            && effects::command_effects(command, semantics.file.source).packages.is_some_and(|call| {
                call.verb == Verb::Install && call.packages.contains(&(command.words.len() - 1))
            })
    };
    commands.rfind(is_plain)
}
