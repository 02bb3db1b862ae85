//! [`RemovedUpdate`]: a separate command that fetched a package index and that a fix removed.

use std::collections::{HashMap, HashSet};

use super::allowed::AllowedChanges;
use super::build_steps::{Stage, Step, StepKind};

/// An update that the new text does not contain.
pub(super) struct RemovedUpdate<'o> {
    pub(super) step: &'o Step,
    /// The commands that fail together with it, because the network is not available.
    pub(super) later: HashSet<usize>,
}

/// The removed updates, each with the remaining calls of its program after it. If packages may move to another call,
/// this may be an earlier one, so every call counts.
pub(super) fn find_removed_updates<'o>(
    allowed: &AllowedChanges,
    before: &'o Stage,
    pairs: &[(&Step, &Step)],
    ids: &HashMap<*const Step, usize>,
) -> Vec<RemovedUpdate<'o>> {
    let position: HashMap<*const Step, usize> =
        before.steps.iter().enumerate().map(|(at, step)| (std::ptr::from_ref(step), at)).collect();
    let is_gone = |step: &&Step| {
        step.kind == StepKind::Command
            && !ids.contains_key(&std::ptr::from_ref(*step))
            && step.words.iter().any(|word| word == "update")
    };
    let mut updates = Vec::new();
    for step in before.steps.iter().filter(is_gone) {
        let at = position.get(&std::ptr::from_ref(step)).copied().unwrap_or(0);
        let is_later = |old: &Step| position.get(&std::ptr::from_ref(old)).is_some_and(|other| *other > at);
        // Another manager has a separate index.
        let calls = pairs.iter().enumerate().filter(|(_, (old, _))| old.program == step.program);
        let later: HashSet<usize> = calls
            .filter(|(_, (old, _))| allowed.may_move_between_calls(&step.program) || is_later(old))
            .map(|(id, _)| id)
            .collect();
        if !later.is_empty() {
            updates.push(RemovedUpdate { step, later });
        }
    }
    updates
}
