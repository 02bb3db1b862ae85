//! DW2101: the cache of npm.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::kept_cache::{self, KeptCacheRule};
use crate::semantic::Run;
use crate::semantic::managers::npm;
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW2101",
    name: "npm-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2101.md"),
    ..Rule::OPTIMIZER
};

static KEPT: KeptCacheRule = KeptCacheRule {
    directory: ".npm",
    fills: fills_cache,
    deletes: deletes_cache,
    subcommands: &npm::FILLS,
    clean_up: |_| "npm cache clean --force".to_string(),
    refusal: |_| None,
    message: "`npm` leaves its download cache in the image",
    help: "end the `RUN` with `npm cache clean --force`, or use a cache mount",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    kept_cache::check_kept_cache(cx, run, &KEPT);
}

fn fills_cache(command: &ShellCommand) -> bool {
    command.is("npm")
        && command.operands().next().is_some_and(|word| npm::FILLS.contains(&word.text.as_str()))
}

fn deletes_cache(command: &ShellCommand) -> bool {
    command.is("npm") && command.has_argument(&["cache"]) && !command.has_argument(&["verify", "ls"])
        || command.removes_path_containing(".npm")
}
