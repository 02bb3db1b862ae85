//! DL3003: `cd` in a RUN.

use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::change_directory;
use crate::semantic::Run;

pub(super) static RULE: Rule = Rule {
    code: "DL3003",
    name: "cd-in-run",
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DL3003.md"),
    ..Rule::HADOLINT
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if run.onbuild {
        return;
    }
    if let Some(cd) = run.script.commands.iter().find(|command| command.is("cd")) {
        let offer = change_directory::fix(cx, run);
        cx.report(run.outer, cd.span, "`cd` changes the directory for this `RUN` only")
            .help("use `WORKDIR`, or give the program the directory")
            .offer(offer);
    }
}
