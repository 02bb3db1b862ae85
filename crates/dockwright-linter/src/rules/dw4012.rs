//! DW4012: files below /root for a user who cannot read them.

use crate::rule::{Check, OptimizerScope, Rule, RuleChecker};
use crate::semantic::base_image::StageUser;
use crate::semantic::paths::is_within;
use crate::semantic::{Semantics, Stage, command_line_of};
use crate::source::Span;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4012",
    name: "unreadable-home",
    in_optimizer: OptimizerScope::No,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4012.md"),
    ..Rule::DOCKWRIGHT
};

/// Why the files are needed.
enum RootFileReason<'s> {
    /// A program or file below /root is named.
    Named(&'s Instruction<'s>, Span, String),
    /// `PATH` names a directory there, and files were put into it.
    Path(&'s Instruction<'s>, Span, String),
}

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let mut seen: Vec<u32> = Vec::new();
    for stage in semantics.stages.iter().filter(|stage| semantics.is_leaf_stage(stage.index)) {
        let StageUser::Other(user) = semantics.user_at(stage.index, stage.span.end) else { continue };
        // The home directory of root has mode 0700 in the images of distributions.
        let is_closed = semantics.distribution(stage.index).is_some_and(|system| system.family.is_some());
        if !is_closed || may_open_root_directory(semantics, stage) {
            continue;
        }
        let Some(need) = find_need_reason(semantics, stage) else { continue };
        let user = quote_excerpt(user.split(':').next().unwrap_or_default());
        let (instruction, span, message) = match need {
            RootFileReason::Named(instruction, span, path) => (
                instruction,
                span,
                format!(
                    "user {user} cannot access {}, because only root can enter `/root`",
                    quote_excerpt(&path)
                ),
            ),
            RootFileReason::Path(instruction, span, path) => (
                instruction,
                span,
                format!(
                    "user {user} cannot run programs in {}, because only root can enter `/root`",
                    quote_excerpt(&path)
                ),
            ),
        };
        if !seen.contains(&instruction.span.start) {
            seen.push(instruction.span.start);
            cx.report(instruction, span, message)
                .help("install the files in a directory such as `/opt` or `/usr/local`");
        }
    }
}

/// Whether an instruction may give other users access to /root.
fn may_open_root_directory(semantics: &Semantics<'_>, stage: &Stage<'_>) -> bool {
    let is_root =
        |text: &str| matches!(text.trim_end_matches(['/', '*']), "/root" | "~" | "$HOME" | "${HOME}" | "");
    semantics.runs_of_stage_chain(stage.index).any(|run| {
        run.script.commands.iter().any(|command| {
            command.is_any(&[
                "chmod", "chown", "chgrp", "setfacl", "install", "usermod", "useradd", "adduser", "mkdir",
                "mv", "cp",
            ]) && command.arguments().iter().any(|word| is_root(&word.text) || word.text.contains("=/root"))
        })
    })
}

fn find_need_reason<'s>(semantics: &'s Semantics<'_>, stage: &Stage<'_>) -> Option<RootFileReason<'s>> {
    let started = semantics.start_instructions(stage.index);
    for instruction in [started.entrypoint, started.command].into_iter().flatten() {
        let Some(CommandLine::Exec { words, .. }) = command_line_of(instruction) else { continue };
        if let Some(word) = words.iter().find(|word| is_below_root(&word.text)) {
            return Some(RootFileReason::Named(instruction, word.span, word.text.to_string()));
        }
    }
    let all = semantics.instructions_of(stage.index);
    let (path, directory) = all.iter().rev().find_map(|one| {
        let Arguments::Pairs { pairs, .. } = &one.arguments else { return None };
        let pair = pairs.iter().find(|pair| one.kind == Kind::Env && pair.key.text == "PATH")?;
        let value = pair.value.text.trim_matches(['"', '\'']);
        Some((
            *one,
            value.split(':').find(|part| is_below_root(part)).map(|part| (pair.value.span, part.to_string())),
        ))
    })?;
    let (span, directory) = directory?;
    let is_put = all.iter().any(|one| adds_files_to(semantics, one, &directory));
    is_put.then_some(RootFileReason::Path(path, span, directory))
}

fn is_below_root(path: &str) -> bool {
    path.starts_with("/root/")
}

/// Whether an instruction copies files into a directory, or installs them there for root.
fn adds_files_to(semantics: &Semantics<'_>, instruction: &Instruction<'_>, directory: &str) -> bool {
    match &instruction.arguments {
        Arguments::Paths(paths) => paths.destination.as_ref().is_some_and(|to| {
            let to = to.text.trim_end_matches('/');
            is_below_root(&format!("{to}/")) && is_within(directory, to)
        }),
        _ if directory == "/root/.local/bin" => {
            let run = semantics.find_run(instruction);
            run.is_some_and(|run| {
                let root = run
                    .stage
                    .is_some_and(|stage| semantics.user_at(stage, run.outer.span.start) == StageUser::Root);
                root && run.script.commands.iter().any(|command| {
                    command.is_any(&["pip", "pip3"])
                        && command.has_argument(&["install"])
                        && command.has_argument(&["--user"])
                })
            })
        }
        _ => false,
    }
}
