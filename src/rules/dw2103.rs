//! DW2103: the packages that Bundler has unpacked.

use crate::diagnostic::Severity;
use crate::optimize::Cause;
use crate::rule::{Check, Checker, Fixable, Rule};
use crate::rules::families::cache_kept::{self, CacheKept};
use crate::semantic::Run;
use crate::semantic::managers::bundle;
use crate::shell::Command;

pub static RULE: Rule = Rule {
    code: "DW2103",
    name: "gem-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(Cause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../rules/DW2103.md"),
    ..Rule::OPTIMIZER
};

static KEPT: CacheKept = CacheKept {
    folder: "cache",
    fills,
    empties,
    subcommands: &bundle::FILLS,
    clean_up: |_| "rm -rf \"$(gem env gemdir)\"/cache/*.gem".to_string(),
    refusal: |cx| {
        let word = cx.semantics.package_settings.bundler_configured(cx.file)?;
        Some(format!("`{word}` may install the packages elsewhere"))
    },
    message: "`bundle install` leaves downloaded packages in the image",
    help: "end the `RUN` with `rm -rf \"$(gem env gemdir)\"/cache/*.gem`, or use a cache mount",
};

fn check(cx: &mut Checker<'_>, run: &Run<'_>) {
    cache_kept::check(cx, run, &KEPT);
}

fn fills(command: &Command) -> bool {
    command.is("bundle") && command.has_argument(&bundle::FILLS)
}

fn empties(command: &Command) -> bool {
    command.removes("cache")
}
