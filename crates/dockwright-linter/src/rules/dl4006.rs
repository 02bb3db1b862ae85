//! DL4006: a pipe in a RUN without `pipefail`.

use crate::diagnostic::Severity;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::pipefail;
use crate::semantic::paths::base_name;
use crate::semantic::{Run, StageBaseKind, View, read_run_script};
use crate::shell::analysis::{AnalysisShell, Dialect, shebang_sets_pipefail};
use crate::shell::{ShellCommand, ShellScript};
use crate::syntax::{Arguments, CommandLine, Dockerfile, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL4006",
    name: "pipe-without-pipefail",
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../../../rules/DL4006.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut RuleChecker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut fails_with_pipe = false;
    // The values at the end of each stage, for those that are built on it.
    let mut at_end = vec![false; semantics.stages.len()];
    let mut runs = semantics.runs.iter().filter(|run| !run.onbuild).peekable();
    for instruction in file.instructions() {
        match (instruction.kind, &instruction.arguments) {
            (Kind::From, _) => {
                let stage = semantics.stage_starting_at(instruction.span.start);
                fails_with_pipe = match stage.map(|stage| stage.base) {
                    Some(StageBaseKind::Stage(parent)) if !semantics.view.forgets_shell_of_base => {
                        at_end.get(parent).copied().unwrap_or(false)
                    }
                    // `cmd` has no such option.
                    _ => semantics.has_cmd_as_shell(instruction.span.start),
                };
            }
            (Kind::Shell, Arguments::Command(line)) => {
                // The text of the array, read as a command line, names the shell and its options.
                let stage = semantics.stage_at(instruction.span.start);
                let has_pipefail = stage.is_some_and(|stage| semantics.sh_may_have_pipefail(stage.index));
                fails_with_pipe = is_windows(line) || {
                    let shell = read_run_script(file, instruction, line, View::Hadolint);
                    sets_pipefail(&shell, semantics.view, has_pipefail)
                };
            }
            (Kind::Run, _) => {
                let Some(run) = runs.next_if(|run| run.outer.span == instruction.span) else { continue };
                // SHELL has no effect on a script with a `#!` line.
                let fails_with_any_command = fails_with_pipe && semantics.shebang(run).is_none();
                let by_shebang = || semantics.shebang(run).is_some() && has_pipefail_in_shebang(file, run);
                if run.script.pipes && !fails_with_any_command && !sets_pipefail_itself(run) && !by_shebang()
                {
                    report(cx, run);
                }
            }
            _ => {}
        }
        if let Some(stage) = semantics.stage_at(instruction.span.start)
            && let Some(at_end) = at_end.get_mut(stage.index)
        {
            *at_end = fails_with_pipe;
        }
    }
}

fn report(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    let semantics = cx.semantics;
    let has_busybox = run.stage.is_some_and(|stage| semantics.has_busybox_sh(stage));
    let help = match semantics.shebang(run).map(AnalysisShell::dialect) {
        Some(Some(Dialect::Sh | Dialect::Dash)) if !has_busybox => {
            "start the script with `#!/bin/bash` and `set -o pipefail`: `SHELL` has no effect on it"
        }
        Some(_) => "add `set -o pipefail` below the `#!` line: `SHELL` has no effect on this script",
        None if has_busybox => {
            "add `set -o pipefail`, or set `SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]` before the `RUN`"
        }
        None => {
            "set `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before the `RUN`, or use a file instead of a pipe"
        }
    };
    let instruction = run.instruction;
    let offer = pipefail::set_pipefail(cx, run);
    cx.report(
        instruction,
        instruction.rest.span,
        "failures before the last command of this pipe go unnoticed (no `pipefail`)",
    )
    .help(help)
    .fix_or_reason(offer);
}

/// Whether the shell is a Windows shell, which has no `pipefail` option.
fn is_windows(line: &CommandLine<'_>) -> bool {
    let first = match line {
        CommandLine::Exec { words, .. } => words.first().map(|word| &word.text),
        CommandLine::Shell(text) => Some(&text.text),
    };
    first.is_some_and(|text| ["pwsh", "powershell", "cmd"].iter().any(|shell| text.starts_with(shell)))
}

/// Whether the command line of SHELL starts a shell with the option. `sh`: whether `/bin/sh` may support it.
fn sets_pipefail(shell: &ShellScript, view: View, sh: bool) -> bool {
    const SHELLS: [&str; 6] = ["/bin/bash", "/bin/zsh", "/bin/ash", "bash", "zsh", "ash"];
    let is_shell = |command: &ShellCommand| {
        let path = command.name.as_deref().unwrap_or_default();
        let name = base_name(path);
        command.is_any(&SHELLS)
            || (!view.knows_shells_in_bin_only && (SHELLS.contains(&name) || (sh && name == "sh")))
    };
    shell
        .commands
        .iter()
        .any(|command| is_shell(command) && command.has_flag("o") && command.has_argument(&["pipefail"]))
}

/// Whether the RUN is a script that begins with `#!/usr/bin/env -S bash -eo pipefail` or similar.
fn has_pipefail_in_shebang(file: &Dockerfile<'_>, run: &Run<'_>) -> bool {
    let heredoc = run.instruction.heredocs.first();
    heredoc.is_some_and(|heredoc| {
        let body = String::from_utf8_lossy(heredoc.body.bytes(file.source));
        shebang_sets_pipefail(body.trim_start_matches('\t'))
    })
}

/// Whether the RUN contains `set -eo pipefail`, which applies to the commands after it.
fn sets_pipefail_itself(run: &Run<'_>) -> bool {
    !run.view.judges_pipes_by_shell_only
        && run
            .script
            .commands
            .iter()
            .any(|command| command.is("set") && command.has_flag("o") && command.has_argument(&["pipefail"]))
}
