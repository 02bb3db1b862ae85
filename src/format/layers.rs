//! Which layers a new layout rebuilds: the text of a RUN is part of its cache key.

use crate::semantic::{Semantics, StageBaseKind};
use crate::syntax::{Dockerfile, Instruction, Kind};

/// The number of layers that are rebuilt once: those of the RUNs whose text is different, and those after them in
/// their stages and in the stages built on these. Both files have the same instructions.
pub(super) fn count_rebuilt_layers(before: &Semantics<'_>, after: &Dockerfile<'_>) -> usize {
    let is_changed = |one: &Instruction<'_>, other: &Instruction<'_>| {
        one.kind == Kind::Run && one.rest.text != other.rest.text
    };
    let mut layers = 0;
    let mut stages: Vec<bool> = Vec::new();
    let mut bases = before.build.stages.iter();
    let mut is_stale = false;
    for (one, other) in before.file.instructions().zip(after.instructions()) {
        if one.kind == Kind::From {
            if bases.len() < before.build.stages.len() {
                stages.push(is_stale);
            }
            is_stale = match bases.next().map(|stage| stage.base) {
                Some(StageBaseKind::Stage(parent)) => stages.get(parent).copied().unwrap_or(false),
                _ => false,
            };
        }
        is_stale |= is_changed(one, other);
        let is_layer = matches!(one.kind, Kind::Run | Kind::Copy | Kind::Add | Kind::Workdir);
        layers += usize::from(is_stale && is_layer);
    }
    layers
}
