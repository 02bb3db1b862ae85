//! Package managers that leave their downloads in the layer.

use crate::diagnostic::FixOrReason;
use crate::optimize::WasteCause;
use crate::rule::RuleChecker;
use crate::rules::fixes::clean_up;
use crate::semantic::{Run, effects, managers};
use crate::shell::ShellCommand;

/// A language package manager, and its download cache.
pub(crate) struct KeptCacheRule {
    /// A part of the path of the cache; a mount whose target contains it receives the cache.
    pub directory: &'static str,
    pub(crate) fills: fn(&ShellCommand) -> bool,
    pub(crate) deletes: fn(&ShellCommand) -> bool,
    /// The subcommands that fill it; the problem is reported there.
    pub(crate) subcommands: &'static [&'static str],
    /// The command that deletes the cache after this install.
    pub(crate) clean_up: fn(&ShellCommand) -> String,
    /// The reason why it is not fixed.
    pub refusal: fn(&RuleChecker<'_>) -> Option<String>,
    pub message: &'static str,
    pub help: &'static str,
}

/// Reports that a system package manager leaves its cache; `clean` is the command that deletes it.
pub(crate) fn report(
    cx: &mut RuleChecker<'_>,
    run: &Run<'_>,
    install: &ShellCommand,
    (name, subcommands): (&str, &[&str]),
    clean: &str,
) {
    let offer = if enables_keepcache(cx, run) {
        Err("`keepcache` is set, so the packages are kept on purpose".into())
    } else {
        clean_up::append_clean_up(cx, run, install, clean)
    };
    let message = format!("`{name}` leaves its package cache in the image");
    cx.report(run.outer, install.span_of_argument(subcommands), message)
        .help(format!("end the `RUN` with `{clean}`"))
        .fix_or_reason(offer);
}

/// Whether a command of the stage, up to this one, turns on `keepcache` in the configuration of dnf or yum.
fn enables_keepcache(cx: &RuleChecker<'_>, run: &Run<'_>) -> bool {
    let earlier = cx.semantics.runs.iter().filter(|other| other.stage == run.stage);
    let texts = earlier
        .filter(|other| other.outer.span.start <= run.outer.span.start)
        .map(|other| String::from_utf8_lossy(other.outer.span.bytes(cx.file.source)));
    texts.into_iter().any(|text| {
        text.split("keepcache").skip(1).any(|rest| {
            let value =
                rest.trim_start().strip_prefix('=').map(|value| value.trim_start().to_ascii_lowercase());
            value.is_some_and(|value| ["1", "true", "yes", "on"].iter().any(|on| value.starts_with(on)))
        })
    })
}

/// Reports the first command that fills the cache.
pub(crate) fn check_kept_cache(cx: &mut RuleChecker<'_>, run: &Run<'_>, row: &KeptCacheRule) {
    let Some(install) = run.find_kept_cache_command(row.directory, row.fills, row.deletes) else { return };
    let offer: FixOrReason = match (row.refusal)(cx) {
        Some(reason) => Err(reason.into()),
        None => clean_up::append_optional_clean_up(cx, run, install, &(row.clean_up)(install)),
    };
    let manager = effects::command_effects(install, cx.file.source).packages.map(|call| call.manager);
    let kept =
        managers::all_managers().find(|own| Some(own.name) == manager).and_then(|own| own.kept.first());
    let saved = kept.and_then(|kept| cx.wasted_bytes(run.instruction, WasteCause::Caches, Some(kept.what)));
    let saving = cx.describe_saving(saved);
    cx.report(run.outer, install.span_of_argument(row.subcommands), row.message)
        .help(row.help)
        .saving(saving)
        .fix_or_reason(offer);
}
