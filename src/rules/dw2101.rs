//! DW2101: the cache of npm.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::families::cache_kept::{self, CacheKept};
use crate::semantic::Run;
use crate::semantic::managers::npm;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2101",
    name: "npm-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2101.md"),
    ..Rule::OPTIMIZER
};

static KEPT: CacheKept = CacheKept {
    folder: ".npm",
    fills,
    empties,
    subcommands: &npm::FILLS,
    clean_up: |_| "npm cache clean --force".to_string(),
    refusal: |_| None,
    message: "`npm` leaves its download cache in the image",
    help: "end the `RUN` with `npm cache clean --force`, or use a cache mount",
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    cache_kept::check(cx, run, &KEPT);
}

fn fills(command: &Command) -> bool {
    command.is("npm")
        && command.operands().next().is_some_and(|word| npm::FILLS.contains(&word.text.as_str()))
}

fn empties(command: &Command) -> bool {
    command.is("npm") && command.has_argument(&["cache"]) && !command.has_argument(&["verify", "ls"])
        || command.removes(".npm")
}
