//! DW2104: the cache of Composer.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::families::cache_kept::{self, CacheKept};
use crate::semantic::Run;
use crate::semantic::managers::composer;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2104",
    name: "composer-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2104.md"),
    ..Rule::OPTIMIZER
};

static KEPT: CacheKept = CacheKept {
    folder: "cache",
    fills,
    empties,
    subcommands: &composer::FILLS,
    clean_up: |_| "composer clear-cache".to_string(),
    refusal: |_| None,
    message: "`composer` leaves its download cache in the image",
    help: "end the `RUN` with `composer clear-cache`, or use a cache mount",
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    cache_kept::check(cx, run, &KEPT);
}

fn fills(command: &Command) -> bool {
    command.is("composer")
        && command.operands().next().is_some_and(|word| composer::FILLS.contains(&word.text.as_str()))
}

fn empties(command: &Command) -> bool {
    command.is("composer") && command.has_argument(&composer::WITHOUT_CACHE) || command.removes("composer")
}
