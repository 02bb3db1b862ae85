//! DW5013: a command that needs a file or directory that is certainly not in the image.

use crate::optimize::facts::{CopiedOrigin, ImagePathState, ImagePaths, LocatedCommand, StepDraft};
use crate::rule::{Check, Rule, RuleChecker};
use crate::rules::build_commands::{decisive_commands, runs_in_build};
use crate::semantic::effects::is_python;
use crate::semantic::interpreted::{BOURNE_SHELLS, is_interpreter};
use crate::shell::{ShellCommand, ShellWord};
use crate::source::Span;
use crate::syntax::{Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW5013",
    name: "missing-path",
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW5013.md"),
    ..Rule::BUILD
};

fn check(cx: &mut RuleChecker<'_>) {
    let (Some(absence), Some(outline)) = (cx.program_absence(), cx.outline()) else { return };
    let paths = ImagePaths::new(outline, cx.context);
    let has_copies = paths.has_copies();
    for (step, run) in runs_in_build(cx) {
        let missing = decisive_commands(absence, step).find_map(|(before, one)| {
            let mut needed = needed_paths(one).into_iter();
            needed.find(|(path, span)| {
                (has_copies || span.bytes(cx.file.source).starts_with(b"/"))
                    && paths.state_before(step, before, path) == ImagePathState::Absent
            })
        });
        let Some((path, span)) = missing.or_else(|| find_missing_test_path(cx, &paths, step)) else {
            continue;
        };
        let message = format!("{} does not exist, and no earlier step creates it", quote_excerpt(&path));
        cx.report(run.outer, span, message).help("copy or create it first, or correct the path");
        // Later steps may need the same path, so only the first one is reported.
        return;
    }
    check_copies(cx, &paths);
}

/// Reports a COPY of what another stage certainly does not have.
fn check_copies(cx: &mut RuleChecker<'_>, paths: &ImagePaths<'_, '_, '_>) {
    let Some(outline) = cx.outline() else { return };
    for step in outline.drafts.steps.iter().filter(|step| !step.fired) {
        let start = step.instruction.span.start;
        if step.instruction.kind != Kind::Copy || !cx.build_runs_instruction_at(start) {
            continue;
        }
        for taken in step.key.taken.iter().filter(|taken| !taken.mount) {
            let CopiedOrigin::Stage(stage) = taken.origin else { continue };
            for path in taken.paths.iter().filter(|path| !path.contains(['$', '*', '?', '[', '\\'])) {
                let Some(path) = crate::optimize::join_path(Some("/"), path) else { continue };
                if paths.state_at_end(stage, &path) != ImagePathState::Absent {
                    continue;
                }
                let name = cx.semantics.stages.get(stage).map(crate::semantic::Stage::display_name);
                let message = format!(
                    "{} does not exist in the stage {}",
                    quote_excerpt(&path),
                    quote_excerpt(&name.unwrap_or_default())
                );
                let span = step.instruction.rest.span;
                cx.report(step.instruction, span, message)
                    .help("copy a path that exists in that stage, or create this path there");
                return;
            }
        }
    }
}

/// The missing path in `[ -f PATH ]`, if the RUN fails because of it.
fn find_missing_test_path(
    cx: &RuleChecker<'_>,
    paths: &ImagePaths<'_, '_, '_>,
    step: &StepDraft<'_, '_>,
) -> Option<(String, Span)> {
    let (run, absence) = (step.run?, cx.program_absence()?);
    run.script.tests.iter().find_map(|words| {
        let [open, operator, operand, close] = words.as_slice() else { return None };
        let is_test = is_file_test(&operator.text) && operand.literal;
        if !is_test || !absence.is_decisive_item(Span { start: open.span.start, end: close.span.end }) {
            return None;
        }
        let at = step.commands.partition_point(|one| one.command.span.start < open.span.start);
        let before = step.commands.get(..at)?;
        let directory = match before.last() {
            Some(_) => None,
            None => step.state.workdir.as_deref(),
        };
        let path = crate::optimize::join_path(directory, &operand.text)?;
        (paths.state_before(step, before, &path) == ImagePathState::Absent).then_some((path, operand.span))
    })
}

/// Whether this operator of `test` is true only if the file exists.
fn is_file_test(operator: &str) -> bool {
    matches!(operator, "-e" | "-f" | "-d" | "-r" | "-s" | "-x" | "-w")
}

/// The absolute paths that a command requires, and their spans.
fn needed_paths(one: &LocatedCommand<'_>) -> Vec<(String, Span)> {
    let command = one.command;
    if !command.wrappers.is_empty() || command.may_have_options || !command.redirections.is_empty() {
        return Vec::new();
    }
    let name = command.name.as_deref().unwrap_or_default();
    let directory = one.directory.as_deref();
    let located = |word: &ShellWord| {
        let path = crate::optimize::join_path(directory, &word.text)?;
        (word.text.starts_with('/') || directory.is_some()).then_some((path, word.span))
    };
    if name == "mkdir" {
        // The parent directories must exist, unless an option may create them.
        let creates_parents = ["p", "parents", "m"].iter().any(|flag| command.has_flag(flag));
        let parent = |(path, span): (String, Span)| Some((path.rsplit_once('/')?.0.to_string(), span));
        let created = plain_operands(command).into_iter().filter(|_| !creates_parents);
        return created.filter_map(located).filter_map(parent).collect();
    }
    if name.starts_with(['/', '.']) && name.contains('/') {
        let path = crate::optimize::join_path(directory, name);
        return path.map(|path| (path, command.name_span())).into_iter().collect();
    }
    let words =
        operands_that_must_exist(command, name).or_else(|| read_files(command, name)).unwrap_or_default();
    words.into_iter().filter_map(located).collect()
}

/// Whether the word, if it is a path, certainly refers to a single file or directory.
fn is_single_path(word: &ShellWord) -> bool {
    word.literal && !word.is_flag() && word.text != "-" && !word.text.contains(['*', '?', '[', '$', '~', '{'])
}

fn plain_operands(command: &ShellCommand) -> Vec<&ShellWord> {
    command.operands().filter(|word| is_single_path(word)).collect()
}

/// The files that a command changes, moves or deletes, which must exist; `None` for other commands.
fn operands_that_must_exist<'r>(command: &'r ShellCommand, name: &str) -> Option<Vec<&'r ShellWord>> {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let mut operands = plain_operands(command);
    match name {
        "rmdir" => {}
        "rm" if !has(&["f", "force"]) => {}
        "mv" | "cp" if !has(&["t"]) && operands.len() > 1 => {
            operands.pop();
        }
        // The first one is the mode or the owner.
        "chmod" | "chown" | "chgrp" if !has(&["f"]) && !command.has_argument(&["--reference"]) => {
            operands.drain(..operands.len().min(1));
        }
        // The first one is the program.
        "sed"
            if has(&["i"])
                && operands.len() == 2
                && only_short_flags(command, &["-i", "-E", "-r", "-ie"]) =>
        {
            operands.remove(0);
        }
        "ln" if !has(&["s", "symbolic"]) && operands.len() == 2 => operands.truncate(1),
        _ => return None,
    }
    Some(operands)
}

/// The files that a command reads, which must exist; `None` for other commands.
fn read_files<'r>(command: &'r ShellCommand, name: &str) -> Option<Vec<&'r ShellWord>> {
    let has = |flags: &[&str]| flags.iter().any(|flag| command.has_flag(flag));
    let mut operands = plain_operands(command);
    match name {
        "cat" | "cd" => {}
        "ls" if !has(&["I", "w", "T", "ignore", "width", "tabsize"]) => {}
        "head" | "tail" | "wc" if command.arguments().len() == operands.len() => {}
        "dpkg" if has(&["i", "install"]) => {}
        "." | "source" if operands.first()?.text.contains('/') => operands.truncate(1),
        "unzip" if operands.first()?.text.ends_with(".zip") => operands.truncate(1),
        "test" => match command.arguments() {
            [operator, operand] if is_file_test(&operator.text) && is_single_path(operand) => {
                operands = vec![operand];
            }
            _ => return None,
        },
        "gcc" | "g++" | "cc" | "c++" | "javac" => operands.retain(|word| {
            let ending = word.text.rsplit_once('.').map(|(_, ending)| ending);
            ending.is_some_and(|ending| ["c", "cc", "cpp", "cxx", "java"].contains(&ending))
        }),
        "tar" => operands = archive_to_unpack(command).into_iter().collect(),
        "pip" | "pip3" => operands = requirements_files(command),
        _ if is_interpreter(name) || name == "ts-node" => operands = script_of(command).into_iter().collect(),
        _ => return None,
    }
    Some(operands)
}

/// The archive that `tar` unpacks: `tar xzf FILE`, `tar -xf FILE`.
fn archive_to_unpack(command: &ShellCommand) -> Option<&ShellWord> {
    let words = command.arguments();
    let cluster = words.first()?;
    let letters = cluster.text.trim_start_matches('-');
    let unpacks =
        letters.contains('x') && letters.ends_with('f') && letters.chars().all(|c| "xvzjJpf".contains(c));
    words.get(1).filter(|word| unpacks && word.literal && word.text != "-" && !word.text.contains(':'))
}

/// The files of `pip install -r FILE`.
fn requirements_files(command: &ShellCommand) -> Vec<&ShellWord> {
    let pairs = command.arguments().windows(2).filter_map(|pair| match pair {
        [flag, file] if matches!(flag.text.as_str(), "-r" | "--requirement") => Some(file),
        _ => None,
    });
    let is_install = command.operands().next().is_some_and(|word| word.text == "install");
    pairs.filter(|file| is_install && file.literal && !file.text.contains([':', '$', '*'])).collect()
}

/// The script that an interpreter runs, if its first argument names it.
fn script_of(command: &ShellCommand) -> Option<&ShellWord> {
    let name = command.name.as_deref().unwrap_or_default();
    let is_shell = BOURNE_SHELLS.contains(&name);
    // Options of the interpreter that have no value.
    let without_value: &[&str] = match name {
        _ if is_shell => &["-x", "-e", "-u", "-ex", "-xe", "-eu", "-eux"],
        _ if is_python(name) => &["-u", "-B", "-O"],
        _ => &[],
    };
    let mut words = command.arguments().iter();
    let first = words.find(|word| !without_value.contains(&word.text.as_str()))?;
    let ending = first.text.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_file = match name {
        "sh" | "dash" | "ash" => !first.text.is_empty(),
        // Without a slash, a shell also searches `PATH`.
        _ if is_shell => first.text.contains('/'),
        // Other words may be modules.
        _ => ["js", "mjs", "cjs", "ts", "py", "rb", "pl", "PL", "php"].contains(&ending),
    };
    (is_single_path(first) && is_file && !first.text.contains(':')).then_some(first)
}

fn only_short_flags(command: &ShellCommand, allowed: &[&str]) -> bool {
    command.arguments().iter().filter(|word| word.is_flag()).all(|word| allowed.contains(&word.text.as_str()))
}
