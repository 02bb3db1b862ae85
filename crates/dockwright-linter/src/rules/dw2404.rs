//! DW2404: Go and Rust programs that keep their symbols and debug information.

mod flags;
mod rust;

use crate::diagnostic::{Applicability, Fix, ProblemCost, Severity};
use crate::optimize::facts::{CopiedOrigin, ImportedFiles};
use crate::optimize::{LocatedCommand, StepOutline, join_path, paths_overlap};
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::run_edit::{NOT_PLAIN, insert_after_word};
use crate::semantic::Run;
use crate::shell::ShellCommand;

pub(super) static RULE: Rule = Rule {
    code: "DW2404",
    name: "debug-information-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW2404.md"),
    ..Rule::OPTIMIZER
};

/// Options for programs that are meant to be tested, debugged or loaded.
const FOR_OTHER_USES: [&str; 5] = ["-race", "-cover", "-asan", "-msan", "-buildmode"];

fn check(cx: &mut RuleChecker<'_>) {
    let Some(outline) = cx.outline() else { return };
    rust::check(cx, outline);
    let steps = &outline.drafts.steps;
    let settings = |run: &Run<'_>| {
        let scopes = &cx.semantics.build.scopes;
        scopes.get(scopes.scope_before(run.outer.span.start), "GOFLAGS").is_some()
    };
    for step in steps.iter().filter(|step| !step.fired) {
        let Some(run) = step.run.filter(|run| !settings(run)) else { continue };
        let commands = &step.commands;
        let is_kept = |one: &&LocatedCommand<'_>| {
            keeps_debug_symbols(one.command) && is_in_image(outline, step.stage, || output_path(one))
        };
        let Some(command) = commands.iter().find(is_kept).map(|one| one.command) else { continue };
        if stage_strips_programs(cx, step.stage) {
            continue;
        }
        let verb = command.arguments().first().map_or("build", |word| word.text.as_str());
        let own = flags::linker_flags(command);
        let edit = match &own {
            Some(own) => own.edit(cx.file.source),
            None => insert_after_word(command, &[verb], "-ldflags=\"-s -w\"", cx.file.source),
        };
        let what = if own.is_some() { "add `-s -w` to `-ldflags`" } else { "add `-ldflags=\"-s -w\"`" };
        let message = format!("`go {verb}` leaves symbols and debug information in the program");
        let found = cx
            .report(run.outer, command.name_span(), message)
            .help(format!("{what}, which usually makes the program a quarter smaller"))
            .set_cost(ProblemCost::UnknownSize { usual_megabytes: 5 });
        match edit.filter(|_| run.is_shell_form()) {
            Some(edit) => found
                .fix(Fix::new(Applicability::Suggestion, what, [edit]).with_risk("a debugger may need them")),
            None => found.add_reason_not_fixed(NOT_PLAIN),
        };
    }
}

/// Whether a command of the stage strips programs.
fn stage_strips_programs(cx: &RuleChecker<'_>, stage: usize) -> bool {
    let runs = cx.semantics.runs.iter().filter(|run| run.stage == Some(stage));
    runs.flat_map(|run| &run.script.commands).any(|command| command.is_any(&["strip", "upx"]))
}

/// Whether the image contains the program that a command of the stage builds. `output`: the file, or the directory
/// that it is in.
fn is_in_image(outline: &StepOutline<'_, '_>, stage: usize, output: impl FnOnce() -> Option<String>) -> bool {
    if outline.graph.is_stage_in_image(stage) {
        // An image that starts nothing is used for its tools.
        return outline.graph.target.is_some_and(|target| {
            outline.semantics.start_instructions(target).program_instruction().is_some()
        });
    }
    let Some(path) = output() else { return false };
    let shipped = outline.drafts.steps.iter().filter(|step| outline.graph.is_stage_in_image(step.stage));
    let from_stage = |taken: &&ImportedFiles| !taken.mount && taken.origin == CopiedOrigin::Stage(stage);
    let takes = |taken: &ImportedFiles| {
        taken.paths.iter().any(|own| paths_overlap(&format!("/{}", own.trim_matches('/')), &path))
    };
    shipped.flat_map(|step| &step.key.taken).filter(from_stage).any(takes)
}

/// Where a command puts the program: the file, or the directory that it is in.
fn output_path(one: &LocatedCommand<'_>) -> Option<String> {
    let words = one.command.arguments();
    if words.first()?.text == "install" {
        let moved = !one.command.assignments.is_empty() || one.command.runs_through(&["env"]);
        return (!moved).then(|| "/go/bin".to_string());
    }
    let at = words.iter().position(|word| word.text == "-o" || word.text.starts_with("-o="));
    let Some(at) = at else { return one.directory.clone() };
    let path = match words.get(at)?.text.strip_prefix("-o=") {
        Some(path) => path,
        None => words.get(at + 1).filter(|word| word.literal)?.text.as_str(),
    };
    join_path(one.directory.as_deref(), path)
}

/// Whether a command builds a Go program that is not stripped.
fn keeps_debug_symbols(command: &ShellCommand) -> bool {
    if !command.is("go") || command.may_have_options {
        return false;
    }
    let words = command.arguments();
    let Some((verb, rest)) = words.split_first() else { return false };
    let has = |flag: &str| {
        let is_it =
            |word: &str| word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='));
        rest.iter().any(|word| is_it(&word.text) || is_it(word.text.strip_prefix('-').unwrap_or_default()))
    };
    let makes_program = match verb.text.as_str() {
        "install" => true,
        // Of several packages, `go build` only checks that they compile.
        "build" => has("-o") || !rest.iter().any(|word| word.text.contains("...")),
        _ => false,
    };
    let is_literal = rest.iter().all(|word| !word.text.starts_with('$'));
    makes_program
        && is_literal
        && flags::linker_flags(command).is_none_or(|own| own.keeps_debug_symbols())
        && !has("-gcflags")
        && !FOR_OTHER_USES.iter().any(|flag| has(flag))
}
