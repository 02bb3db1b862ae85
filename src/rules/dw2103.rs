//! DW2103: the packages that Bundler has unpacked.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Enabled, Fixable, Group, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2103",
    name: "gem-cache-kept",
    group: Group::Dockwright,
    severity: Severity::Info,
    hadolint_severity: None,
    enabled: Enabled::Preview,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2103.md"),
};

/// Words of a file that says where gems go.
const ELSEWHERE: [&str; 6] =
    ["BUNDLE_PATH", "BUNDLE_DEPLOYMENT", "--path", "--deployment", "bundle config", "--local"];
const SUBCOMMANDS: [&str; 2] = ["install", "update"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    if !run.ships || run.onbuild || run.has_throwaway_mount("cache") {
        return;
    }
    let Some(install) = run.unemptied(fills, empties).filter(|install| !empties(install)) else { return };
    let text = String::from_utf8_lossy(cx.file.source);
    let offer = match ELSEWHERE.iter().find(|word| text.contains(*word)) {
        Some(word) => Err(format!("`{word}` may put the packages elsewhere").into()),
        None => clean_up::clean_cache(cx, run, "rm -rf \"$(gem env gemdir)\"/cache/*.gem"),
    };
    cx.report(
        run.outer,
        install.span_of(&SUBCOMMANDS),
        "Bundler leaves the packages that it unpacked in the image",
    )
    .help("end the `RUN` with `rm -rf \"$(gem env gemdir)\"/cache/*.gem`, or mount a cache")
    .offer(offer);
}

fn fills(command: &Command) -> bool {
    command.is("bundle") && command.has_argument(&SUBCOMMANDS)
}

fn empties(command: &Command) -> bool {
    command.is("rm") && command.operands().any(|path| path.text.contains("cache"))
}
