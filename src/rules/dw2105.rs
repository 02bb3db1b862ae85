//! DW2105: the cache of conda.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::families::cache_kept::{self, CacheKept};
use crate::semantic::Run;
use crate::semantic::managers::conda;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2105",
    name: "conda-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2105.md"),
    ..Rule::OPTIMIZER
};

static KEPT: CacheKept = CacheKept {
    folder: "pkgs",
    fills,
    empties,
    subcommands: &conda::FILLS,
    clean_up: |install| {
        let program = install.name.as_deref().filter(|name| *name != "mamba").unwrap_or("conda");
        format!("{program} clean -ay")
    },
    refusal: |_| None,
    message: "`conda` leaves its package cache in the image",
    help: "end the `RUN` with `conda clean -ay`, or use a cache mount",
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    cache_kept::check(cx, run, &KEPT);
}

fn fills(command: &Command) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&conda::FILLS)
}

fn empties(command: &Command) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&["clean"]) || command.removes("pkgs")
}
