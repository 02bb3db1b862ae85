//! DL4006: a pipe in a RUN whose shell does not fail with it.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::semantic::{View, script};
use crate::shell::Script;
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

pub(super) static RULE: Rule = Rule {
    code: "DL4006",
    name: "pipe-without-pipefail",
    group: Group::Hadolint,
    severity: Severity::Info,
    hadolint_severity: Some(Severity::Warning),
    enabled: Enabled::Default,
    fixable: Fixable::Sometimes,
    check: Check::File(check),
    docs: include_str!("../../rules/DL4006.md"),
};

fn check(cx: &mut Checker<'_>) {
    let (file, semantics) = (cx.file, cx.semantics);
    let mut fails_with_pipe = false;
    let mut runs = semantics.runs.iter().filter(|run| !run.onbuild).peekable();
    for instruction in file.instructions() {
        match (instruction.kind, &instruction.arguments) {
            (Kind::From, _) => fails_with_pipe = false,
            (Kind::Shell, Arguments::Command(line)) => {
                // The text of the array, read as a command line, names the shell and its options.
                fails_with_pipe = is_windows(line) || {
                    sets_pipefail(&script(file, instruction, line, View::Hadolint))
                };
            }
            (Kind::Run, _) => {
                let Some(run) = runs.next_if(|run| run.outer.span == instruction.span) else { continue };
                if run.script.pipes && !fails_with_pipe {
                    report(cx, instruction);
                }
            }
            _ => {}
        }
    }
}

fn report(cx: &mut Checker<'_>, run: &Instruction<'_>) {
    cx.report(run, run.rest.span, "only the last command of the pipe decides whether this `RUN` fails")
        .help("set `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before it, or use a file in between");
}

/// The shells that have no such option.
fn is_windows(line: &CommandLine<'_>) -> bool {
    let first = match line {
        CommandLine::Exec { words, .. } => words.first().map(|word| &word.text),
        CommandLine::Shell(text) => Some(&text.text),
    };
    first.is_some_and(|text| ["pwsh", "powershell", "cmd"].iter().any(|shell| text.starts_with(shell)))
}

fn sets_pipefail(shell: &Script) -> bool {
    const SHELLS: [&str; 6] = ["/bin/bash", "/bin/zsh", "/bin/ash", "bash", "zsh", "ash"];
    shell
        .commands
        .iter()
        .any(|command| command.is_any(&SHELLS) && command.has_flag("o") && command.has_argument(&["pipefail"]))
}
