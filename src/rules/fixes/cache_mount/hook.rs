//! [`Hook`]: `docker-clean`, which the images of Debian and Ubuntu have.

use std::collections::BTreeSet;

use super::place::Owner;
use super::trimmed::Trimmed;
use super::{choice, filled, others};
use crate::diagnostic::Edit;
use crate::rule::Checker;
use crate::rules::fixes::trim::prepend;
use crate::semantic::{Caching, Run};

/// The hook of Debian's and Ubuntu's images that empties the cache of apt.
pub enum Hook {
    /// A RUN before takes it away.
    Gone,
    Goes(Edit),
    Stays,
}

/// What becomes of it in this RUN, of which the elements in `gone` are taken out.
pub fn hook(cx: &Checker<'_>, run: &Run<'_>, gone: &BTreeSet<usize>) -> Hook {
    const NAME: &str = "docker-clean";
    let named = |run: &Run<'_>| run.instruction.rest.text.contains(NAME);
    let stages: Vec<usize> =
        run.stage.into_iter().flat_map(|stage| cx.semantics.chain(stage)).map(|one| one.index).collect();
    let before = |other: &&Run<'_>| {
        other.outer.span.start < run.outer.span.start
            && other.stage.is_some_and(|stage| stages.contains(&stage))
    };
    if named(run) || cx.semantics.runs.iter().filter(before).any(named) {
        return Hook::Gone;
    }
    // One before that gets mounts, too, takes it away.
    let gets_mounts = |other: &Run<'_>| {
        choice(cx, other) == Caching::Mounts
            && filled(cx, other).iter().filter(|one| one.cached.manager == "apt").any(|one| {
                let folders: Vec<String> =
                    one.cached.targets.iter().map(|target| (*target).to_string()).collect();
                let trimmed = Trimmed::new(cx, other, one.cached, &folders, &Owner::root());
                trimmed.is_ok_and(|trimmed| takes_away(cx, other, &trimmed.gone).is_some())
                    && others::check(cx, other, one.cached, &folders).is_ok()
            })
    };
    if !others::is_only_copied_from(cx, run) {
        return Hook::Stays;
    }
    if cx.semantics.runs.iter().filter(before).any(gets_mounts) {
        return Hook::Gone;
    }
    takes_away(cx, run, gone).map_or(Hook::Stays, Hook::Goes)
}

fn takes_away(cx: &Checker<'_>, run: &Run<'_>, gone: &BTreeSet<usize>) -> Option<Edit> {
    let first = !gone.contains(&0) && run.instruction.heredocs.is_empty();
    first.then(|| prepend(run, "rm -f /etc/apt/apt.conf.d/docker-clean", cx.file.source)).flatten()
}
