//! What is run after a RUN: in its stage, and in the stages that are built on it.

use crate::rule::Checker;
use crate::semantic::Run;
use crate::shell::Reading;

/// With more than this, looking through what comes later from each RUN would take too long.
const FAR: usize = 200;

/// What is said then.
pub const TOO_MANY: &str = "too much comes later in the file to look through it";

/// The RUNs that find what this one leaves, in the order of the file; `None` where they are too many to look at.
pub fn runs<'c>(cx: &'c Checker<'_>, run: &Run<'_>) -> Option<Vec<&'c Run<'c>>> {
    let Some(stage) = run.stage else { return Some(Vec::new()) };
    let semantics = cx.semantics;
    let after = semantics.runs.partition_point(|other| other.outer.span.start <= run.outer.span.start);
    if semantics.stages.len() > FAR || semantics.runs.len() - after > FAR {
        return None;
    }
    let sees = |other: usize| semantics.chain(other).any(|one| one.index == stage);
    let seen: Vec<bool> = (0..semantics.stages.len()).map(sees).collect();
    let rest = semantics.runs.get(after..).unwrap_or_default().iter();
    Some(rest.filter(|other| other.stage.is_some_and(|stage| seen.get(stage) == Some(&true))).collect())
}

/// Whether every command of the RUN is known.
pub fn is_known(cx: &Checker<'_>, run: &Run<'_>) -> bool {
    run.script.reading == Reading::Complete
        && run.effects(cx.file.source).iter().all(|effects| !effects.unknown)
}
