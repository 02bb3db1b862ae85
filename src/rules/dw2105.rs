//! DW2105: the cache of conda.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::semantic::managers::conda;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2105",
    name: "conda-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2105.md"),
    ..Rule::DOCKWRIGHT
};

const SUBCOMMANDS: [&str; 4] = ["install", "create", "update", "env"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let Some(install) = run.keeps_cache("pkgs", fills, empties) else { return };
    let program = install.name.as_deref().filter(|name| *name != "mamba").unwrap_or("conda");
    let offer = clean_up::clean_cache(cx, run, install, &format!("{program} clean -ay"));
    cx.report(run.outer, install.span_of(&SUBCOMMANDS), "`conda` leaves its package cache in the image")
        .help("end the `RUN` with `conda clean -ay`, or use a cache mount")
        .offer(offer);
}

fn fills(command: &Command) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&SUBCOMMANDS)
}

fn empties(command: &Command) -> bool {
    command.is_any(conda::CONDA.names) && command.has_argument(&["clean"]) || command.removes("pkgs")
}
