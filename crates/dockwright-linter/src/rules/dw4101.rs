//! DW4101: a RUN without a lasting effect.

use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::fixes::dead_run;
use crate::semantic::Run;
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW4101",
    name: "run-without-effect",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW4101.md"),
    ..Rule::DOCKWRIGHT
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    if !run.changes_only_its_shell(cx.file.source) {
        return;
    }
    let offer = dead_run::replace_dead_run(cx, run);
    let is_read = |command: &ShellCommand| {
        command.is_any(&[".", "source", "conda", "mamba", "micromamba", "nvm", "workon"])
    };
    let help = if run.script.commands.iter().any(is_read) {
        "activate the environment in the `RUN` that needs it, or set `PATH` with `ENV`"
    } else {
        "use `WORKDIR` for a directory, `ENV` for a variable"
    };
    cx.report(run.outer, run.instruction.rest.span, "this `RUN` changes only its own shell, not the image")
        .help(help)
        .fix_or_reason(offer);
}
