//! Package managers that leave what they have fetched in the layer.

use crate::diagnostic::Offer;
use crate::optimize::Cause;
use crate::rule::Checker;
use crate::rules::fixes::clean_up;
use crate::semantic::{Run, effects, managers};
use crate::shell::Command;

/// A manager of a language, and its cache of downloads.
pub struct CacheKept {
    /// Part of the path of the cache: a mount with it in its target takes the cache.
    pub folder: &'static str,
    pub fills: fn(&Command) -> bool,
    pub empties: fn(&Command) -> bool,
    /// The subcommands that fill it, for the place of the report.
    pub subcommands: &'static [&'static str],
    /// The command that empties it after this install.
    pub clean_up: fn(&Command) -> String,
    /// What speaks against that.
    pub refusal: fn(&Checker<'_>) -> Option<String>,
    pub message: &'static str,
    pub help: &'static str,
}

/// Reports the first command that fills the cache.
pub fn check(cx: &mut Checker<'_>, run: &Run<'_>, row: &CacheKept) {
    let Some(install) = run.keeps_cache(row.folder, row.fills, row.empties) else { return };
    let offer: Offer = match (row.refusal)(cx) {
        Some(reason) => Err(reason.into()),
        None => clean_up::clean_cache(cx, run, install, &(row.clean_up)(install)),
    };
    let manager = effects::of(install, cx.file.source).packages.map(|call| call.manager);
    let kept = managers::all().find(|own| Some(own.name) == manager).and_then(|own| own.kept.first());
    let saved = kept.and_then(|kept| cx.wasted(run.instruction, Cause::Caches, Some(kept.what)));
    let help = cx.help_with_saving(row.help, saved);
    cx.report(run.outer, install.span_of(row.subcommands), row.message).help(help).offer(offer);
}
