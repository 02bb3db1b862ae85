//! Merges three `RUN`s that install, use and delete Alpine build packages into one, with a virtual package.

use super::instruction_edit;
use super::later_runs;
use super::run_edit::end_without_continuations;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::optimize::facts::LateDeletion;
use crate::rule::RuleChecker;
use crate::semantic::Run;
use crate::semantic::effects::{self, PackageCall, Verb};
use crate::semantic::managers::apk;
use crate::shell::{ParseOutcome, ShellCommand};
use crate::syntax::{Instruction, Kind, quote_excerpt};

const NAME: &str = ".build-deps";

/// The fix for an `apk del` in a later layer.
///
/// # Errors
/// The text gives the reason why the fix is not offered.
pub(crate) fn use_virtual_package(cx: &RuleChecker<'_>, deletion: &LateDeletion<'_>) -> Result<Fix, String> {
    let [adding] = deletion.of.as_slice() else {
        return Err("several instructions install the packages".to_string());
    };
    let (Some(add), Some(delete)) = (run_of_instruction(cx, adding), run_of_instruction(cx, deletion.run))
    else {
        return Err("no `RUN` installs the packages".to_string());
    };
    let (installed, options) = packages_of_single_call(cx, add, Verb::Install)
        .ok_or("the first `RUN` does more than install the packages")?;
    let (deleted, _) = packages_of_single_call(cx, delete, Verb::Remove)
        .ok_or("the last `RUN` does more than delete the packages")?;
    let virtual_name = options.iter().position(|word| apk::VIRTUAL.contains(&word.as_str()));
    let named = virtual_name.and_then(|at| options.get(at + 1));
    let is_all = installed.iter().all(|name| deleted.contains(&name_without_version(name)))
        || named.is_some_and(|name| deleted.contains(name));
    if !is_all {
        return Err("some of the packages stay installed".to_string());
    }
    let between: Vec<&Run<'_>> = cx
        .semantics
        .runs
        .iter()
        .filter(|run| {
            let start = run.outer.span.start;
            start > adding.span.start && start < deletion.run.span.start && run.stage == add.stage
        })
        .collect();
    let users: Vec<&&Run<'_>> = between.iter().filter(|run| may_compile_in_run(cx, run)).collect();
    let user = match users.as_slice() {
        [user] => **user,
        [] => return Err("no `RUN` between them builds anything".to_string()),
        _ => return Err("several `RUN`s between them build".to_string()),
    };
    let is_list = user.is_shell_form()
        && user.script.reading == ParseOutcome::Complete
        && user.instruction.heredocs.is_empty()
        && user.is_known_and_list(cx.file.source);
    if !is_list {
        return Err("the commands of the `RUN` that builds are not all joined with `&&`".to_string());
    }
    let other = between
        .iter()
        .find(|run| run.outer.span != user.outer.span && !later_runs::has_known_commands(cx, run));
    let mut edits = vec![remove_instruction(cx, adding)?, remove_instruction(cx, deletion.run)?];
    let escape = char::from(cx.file.escape);
    let names = installed.join(" ");
    let kept: Vec<&String> = options
        .iter()
        .enumerate()
        .filter(|(at, _)| virtual_name.is_none_or(|name| *at != name && *at != name + 1))
        .map(|(_, word)| word)
        .collect();
    let kept: String = kept.iter().flat_map(|word| [word.as_str(), " "]).collect();
    let name = named.map_or(NAME, String::as_str);
    let first = user.instruction.rest.span.start;
    edits.push(Edit::insert(first, format!("apk add {kept}--virtual {name} {names} {escape}\n    && ")));
    let last = user.script.list.last().ok_or("the `RUN` has no commands")?;
    edits.push(Edit::insert(
        end_without_continuations(last.span, cx.file.source),
        format!(" {escape}\n    && apk del {name}"),
    ));
    edits.sort();
    let line = cx.semantics.line(user.outer.span.start);
    let mut fix = Fix::new(
        if other.is_some() { Applicability::Suggestion } else { Applicability::UnsafeMid },
        format!("install and delete them in the `RUN` on line {line}, as a virtual package"),
        edits,
    )
    .without_information_loss()
    .with_proof(format!("line {line} is the only `RUN` between them that builds"))
    .with_proof("all packages that are installed are deleted again");
    fix = match other {
        Some(run) => fix.with_risk(format!("line {} may need them", cx.semantics.line(run.outer.span.start))),
        None => fix.with_risk("libraries that the program links to are deleted, too, as before"),
    };
    Ok(fix)
}

fn run_of_instruction<'c>(cx: &'c RuleChecker<'_>, instruction: &Instruction<'_>) -> Option<&'c Run<'c>> {
    (instruction.kind == Kind::Run).then(|| cx.semantics.find_run(instruction)).flatten()
}

/// The packages and the options of a RUN that consists of a single call of `apk`.
fn packages_of_single_call(
    cx: &RuleChecker<'_>,
    run: &Run<'_>,
    verb: Verb,
) -> Option<(Vec<String>, Vec<String>)> {
    let [command] = run.script.commands.as_slice() else { return None };
    let is_plain = run.script.reading == ParseOutcome::Complete
        && run.instruction.flags.is_empty()
        && run.instruction.heredocs.is_empty()
        && command.words.iter().all(|word| word.literal)
        && command.redirections.is_empty();
    let call = apk_call(command, cx.file.source).filter(|call| call.verb == verb && is_plain)?;
    let packages: Vec<String> = call.words(command).map(|word| word.text.clone()).collect();
    let options = command
        .arguments()
        .iter()
        .map(|word| word.text.clone())
        .filter(|word| !packages.contains(word) && !matches!(word.as_str(), "add" | "del"))
        .collect();
    (!packages.is_empty()).then_some((packages, options))
}

fn apk_call(command: &ShellCommand, source: &[u8]) -> Option<PackageCall> {
    effects::command_effects(command, source).packages.filter(|call| call.manager == "apk")
}

/// The name of an apk package without its version constraint.
fn name_without_version(name: &str) -> String {
    name.split(['=', '~', '<', '>', '@']).next().unwrap_or(name).to_string()
}

/// Whether a RUN may compile something.
fn may_compile_in_run(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    run.script.commands.iter().any(|command| super::build_packages::may_compile(command, cx.file.source))
}

fn remove_instruction(cx: &RuleChecker<'_>, instruction: &Instruction<'_>) -> Result<Edit, String> {
    instruction_edit::remove_lines(cx, instruction).ok_or_else(|| {
        format!(
            "a comment explains the {} that would be removed",
            quote_excerpt(&instruction.keyword.text.to_uppercase())
        )
    })
}
