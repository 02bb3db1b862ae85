//! [`CleanHook`]: `docker-clean`, which the images of Debian and Ubuntu have.

use std::collections::BTreeSet;

use super::place::CacheOwner;
use super::trimmed::TrimmedRun;
use super::{choose_caching, filled_caches, others};
use crate::diagnostic::Edit;
use crate::rule::RuleChecker;
use crate::rules::fixes::removal_edits::prepend_command;
use crate::semantic::{Caching, Run};

/// The state of the hook in images of Debian and Ubuntu that deletes the cache of apt.
pub(super) enum CleanHook {
    /// An earlier RUN removes it.
    Gone,
    Goes(Edit),
    Stays,
}

/// How this RUN handles the hook; the elements in `gone` are removed from the RUN.
pub(super) fn handle_clean_hook(cx: &RuleChecker<'_>, run: &Run<'_>, gone: &BTreeSet<usize>) -> CleanHook {
    const NAME: &str = "docker-clean";
    let named = |run: &Run<'_>| run.instruction.rest.text.contains(NAME);
    let before = || {
        let runs = run.stage.into_iter().flat_map(|stage| cx.semantics.runs_of_stage_chain(stage));
        runs.filter(|other| other.outer.span.start < run.outer.span.start)
    };
    if named(run) || before().any(named) {
        return CleanHook::Gone;
    }
    // An earlier RUN that also gets mounts removes it.
    let gets_mounts = |other: &Run<'_>| {
        choose_caching(cx, other) == Caching::Mounts
            && filled_caches(cx, other).iter().filter(|one| one.cached.manager == "apt").any(|one| {
                let directories: Vec<String> =
                    one.cached.targets.iter().map(|target| (*target).to_string()).collect();
                let trimmed = TrimmedRun::new(cx, other, one.cached, &directories, &CacheOwner::root());
                trimmed.is_ok_and(|trimmed| remove_cache_hook(cx, other, &trimmed.gone).is_some())
                    && others::check_other_uses(cx, other, one.cached, &directories).is_ok()
            })
    };
    if !others::is_only_copied_from(cx, run) {
        return CleanHook::Stays;
    }
    if before().any(gets_mounts) {
        return CleanHook::Gone;
    }
    remove_cache_hook(cx, run, gone).map_or(CleanHook::Stays, CleanHook::Goes)
}

fn remove_cache_hook(cx: &RuleChecker<'_>, run: &Run<'_>, gone: &BTreeSet<usize>) -> Option<Edit> {
    let first = !gone.contains(&0) && run.instruction.heredocs.is_empty();
    first.then(|| prepend_command(run, "rm -f /etc/apt/apt.conf.d/docker-clean", cx.file.source)).flatten()
}
