//! DW2103: the packages that Bundler has unpacked.

use crate::diagnostic::Severity;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::fixes::clean_up;
use crate::semantic::Run;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2103",
    name: "gem-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2103.md"),
    ..Rule::DOCKWRIGHT
};

const SUBCOMMANDS: [&str; 2] = ["install", "update"];

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    let Some(install) = run.keeps_cache("cache", fills, empties) else { return };
    let offer = match cx.semantics.package_settings.bundler_configured(cx.file) {
        Some(word) => Err(format!("`{word}` may install the packages elsewhere").into()),
        None => clean_up::clean_cache(cx, run, install, "rm -rf \"$(gem env gemdir)\"/cache/*.gem"),
    };
    cx.report(
        run.outer,
        install.span_of(&SUBCOMMANDS),
        "`bundle install` leaves downloaded packages in the image",
    )
    .help("end the `RUN` with `rm -rf \"$(gem env gemdir)\"/cache/*.gem`, or use a cache mount")
    .offer(offer);
}

fn fills(command: &Command) -> bool {
    command.is("bundle") && command.has_argument(&SUBCOMMANDS)
}

fn empties(command: &Command) -> bool {
    command.removes("cache")
}
