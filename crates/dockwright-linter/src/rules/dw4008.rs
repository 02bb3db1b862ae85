//! DW4008: a CMD that a shell-form ENTRYPOINT never gets.

use crate::rule::{Check, Fixable, OptimizerScope, Rule, RuleChecker};
use crate::semantic::{Semantics, ShellKind};
use crate::syntax::{Arguments, CommandLine, Instruction, quote_excerpt};

pub(super) static RULE: Rule = Rule {
    code: "DW4008",
    name: "arguments-ignored",
    fixable: Fixable::Never,
    in_optimizer: OptimizerScope::No,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DW4008.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>) {
    let semantics = cx.semantics;
    let shells = semantics.shells();
    let mut seen: Vec<u32> = Vec::new();
    for stage in
        semantics.stages.iter().filter(|stage| semantics.is_leaf_stage(stage.index) || stage.is_in_image())
    {
        let Some((entrypoint, command)) = final_entrypoint_and_cmd(semantics, stage.index) else { continue };
        let Arguments::Command(CommandLine::Shell(text)) = &entrypoint.arguments else { continue };
        let shell = shells.shell_at(entrypoint.span.start);
        let is_bourne =
            matches!(shell, ShellKind::Default | ShellKind::Bourne) && !shells.is_windows(stage.index);
        // `sh -c` passes them as `$0`, `$1`, ….
        if !is_bourne || script_uses_arguments(&text.text) || seen.contains(&command.span.start) {
            continue;
        }
        seen.push(command.span.start);
        let line = semantics.line(entrypoint.span.start);
        let message = format!(
            "the shell-form `ENTRYPOINT` on line {line} ignores {}",
            quote_excerpt(&command.keyword.text.to_uppercase())
        );
        cx.report(command, command.rest.span, message)
            .help("use the exec form for the `ENTRYPOINT`: `[\"program\", \"arg\"]`");
    }
}

/// The final ENTRYPOINT and CMD of a stage, if both are in the file and the CMD is not empty.
fn final_entrypoint_and_cmd<'s>(
    semantics: &'s Semantics<'_>,
    stage: usize,
) -> Option<(&'s Instruction<'s>, &'s Instruction<'s>)> {
    let started = semantics.start_instructions(stage);
    let (entrypoint, command) = (started.entrypoint?, started.command?);
    let is_empty = matches!(
        &command.arguments,
        Arguments::Command(CommandLine::Exec { words, .. }) if words.is_empty()
    );
    (!is_empty && !command.rest.is_empty()).then_some((entrypoint, command))
}

/// Whether the text reads its arguments.
fn script_uses_arguments(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches(['{', '#']);
        rest.starts_with(|c: char| c.is_ascii_digit() || c == '@' || c == '*')
    })
}
