//! DW2104: the cache of Composer.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::kept_cache::{self, KeptCacheRule};
use crate::semantic::Run;
use crate::semantic::managers::composer;
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW2104",
    name: "composer-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2104.md"),
    ..Rule::OPTIMIZER
};

static KEPT: KeptCacheRule = KeptCacheRule {
    directory: "cache",
    fills: fills_cache,
    deletes: deletes_cache,
    subcommands: &composer::FILLS,
    clean_up: |_| "composer clear-cache".to_string(),
    refusal: |_| None,
    message: "`composer` leaves its download cache in the image",
    help: "end the `RUN` with `composer clear-cache`, or use a cache mount",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    kept_cache::check_kept_cache(cx, run, &KEPT);
}

fn fills_cache(command: &ShellCommand) -> bool {
    command.is("composer")
        && command.operands().next().is_some_and(|word| composer::FILLS.contains(&word.text.as_str()))
}

fn deletes_cache(command: &ShellCommand) -> bool {
    command.is("composer") && command.has_argument(&composer::WITHOUT_CACHE)
        || command.removes_path_containing("composer")
}
