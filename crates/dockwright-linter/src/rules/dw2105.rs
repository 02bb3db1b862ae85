//! DW2105: the cache of conda.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::kept_cache::{self, KeptCacheRule};
use crate::semantic::Run;
use crate::semantic::managers::conda;
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW2105",
    name: "conda-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2105.md"),
    ..Rule::OPTIMIZER
};

static KEPT: KeptCacheRule = KeptCacheRule {
    directory: "pkgs",
    fills: fills_cache,
    deletes: deletes_cache,
    subcommands: &conda::FILLS,
    clean_up: |install| {
        let program = install.name.as_deref().filter(|name| *name != "mamba").unwrap_or("conda");
        format!("{program} clean -ay")
    },
    refusal: |_| None,
    message: "`conda` leaves its package cache in the image",
    help: "end the `RUN` with `conda clean -ay`, or use a cache mount",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    kept_cache::check_kept_cache(cx, run, &KEPT);
}

fn fills_cache(command: &ShellCommand) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&conda::FILLS)
}

fn deletes_cache(command: &ShellCommand) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&["clean"])
        || command.removes_path_containing("pkgs")
}
