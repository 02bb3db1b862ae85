//! DW2104: the cache of Composer.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::semantic::managers::composer;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2104",
    name: "composer-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2104.md"),
    ..Rule::DOCKWRIGHT
};

const SUBCOMMANDS: [&str; 5] = ["install", "i", "update", "require", "create-project"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let Some(install) = run.keeps_cache("cache", fills, empties) else { return };
    let offer = clean_up::clean_cache(cx, run, install, "composer clear-cache");
    cx.report(run.outer, install.span_of(&SUBCOMMANDS), "`composer` leaves its download cache in the image")
        .help("end the `RUN` with `composer clear-cache`, or use a cache mount")
        .offer(offer);
}

fn fills(command: &Command) -> bool {
    command.is("composer")
        && command.operands().next().is_some_and(|word| SUBCOMMANDS.contains(&word.text.as_str()))
}

fn empties(command: &Command) -> bool {
    command.is("composer") && command.has_argument(&composer::WITHOUT_CACHE) || command.removes("composer")
}
