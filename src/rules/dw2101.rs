//! DW2101: the cache of npm.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2101",
    name: "npm-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2101.md"),
    ..Rule::DOCKWRIGHT
};

const SUBCOMMANDS: [&str; 5] = ["install", "i", "ci", "add", "update"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let Some(install) = run.keeps_cache(".npm", fills, empties) else { return };
    let offer = clean_up::clean_cache(cx, run, install, "npm cache clean --force");
    cx.report(run.outer, install.span_of(&SUBCOMMANDS), "`npm` leaves its download cache in the image")
        .help("end the `RUN` with `npm cache clean --force`, or use a cache mount")
        .offer(offer);
}

fn fills(command: &Command) -> bool {
    command.is("npm")
        && command.operands().next().is_some_and(|word| SUBCOMMANDS.contains(&word.text.as_str()))
}

fn empties(command: &Command) -> bool {
    command.is("npm") && command.has_argument(&["cache"]) && !command.has_argument(&["verify", "ls"])
        || command.removes(".npm")
}
