//! DW2103: the packages that Bundler has unpacked.

use crate::diagnostic::Severity;
use crate::optimize::WasteCause;
use crate::rule::{Check, Fixable, Rule, RuleChecker};
use crate::rules::families::kept_cache::{self, KeptCacheRule};
use crate::semantic::Run;
use crate::semantic::managers::bundle;
use crate::shell::ShellCommand;

pub(crate) static RULE: Rule = Rule {
    code: "DW2103",
    name: "gem-cache-kept",
    severity: Severity::Info,
    fixable: Fixable::Sometimes,
    wastes: Some(WasteCause::Caches),
    check: Check::Run(check),
    docs: include_str!("../../../../rules/DW2103.md"),
    ..Rule::OPTIMIZER
};

static KEPT: KeptCacheRule = KeptCacheRule {
    directory: "cache",
    fills: fills_cache,
    empties: empties_cache,
    subcommands: &bundle::FILLS,
    clean_up: |_| "rm -rf \"$(gem env gemdir)\"/cache/*.gem".to_string(),
    refusal: |cx| {
        let word = cx.semantics.package_settings.bundler_configured(cx.file)?;
        Some(format!("`{word}` may install the packages elsewhere"))
    },
    message: "`bundle install` leaves downloaded packages in the image",
    help: "end the `RUN` with `rm -rf \"$(gem env gemdir)\"/cache/*.gem`, or use a cache mount",
};

fn check(cx: &mut RuleChecker<'_>, run: &Run<'_>) {
    kept_cache::check_kept_cache(cx, run, &KEPT);
}

fn fills_cache(command: &ShellCommand) -> bool {
    command.is("bundle") && command.has_argument(&bundle::FILLS)
}

fn empties_cache(command: &ShellCommand) -> bool {
    command.removes("cache")
}
