//! Stages without HEALTHCHECK.

use std::collections::{HashMap, HashSet};

use super::{Semantics, Stage};
use crate::syntax::{Dockerfile, Kind};

/// The stages that should have a HEALTHCHECK and have none, in file order. `HEALTHCHECK NONE` counts as one.
pub fn stages_without_healthcheck<'s, 'a>(
    file: &Dockerfile<'a>,
    semantics: &'s Semantics<'a>,
) -> Vec<&'s Stage<'a>> {
    if !semantics.view.judges_every_stage {
        let image = super::label::final_stage_without_instruction(file, semantics, |instruction| {
            instruction.kind == Kind::Healthcheck
        });
        return image.into_iter().collect();
    }
    stages_without_related(file, semantics)
}

/// As in hadolint: a HEALTHCHECK also counts for earlier stages whose names occur as images of its stage and base
/// stages, and for later stages that are built on an image with such a name.
fn stages_without_related<'s, 'a>(file: &Dockerfile<'a>, semantics: &'s Semantics<'a>) -> Vec<&'s Stage<'a>> {
    let name = |stage: &'s Stage<'a>| stage.alias().unwrap_or(stage.image.name());
    let mut good: HashSet<&str> = HashSet::new();
    let mut bad: HashMap<&str, Vec<&'s Stage<'a>>> = HashMap::new();
    for instruction in file.instructions() {
        let Some(stage) = semantics.stage_at(instruction.span.start) else { continue };
        match instruction.kind {
            Kind::From if good.contains(stage.image.name()) => _ = good.insert(name(stage)),
            Kind::From => bad.entry(name(stage)).or_default().push(stage),
            Kind::Healthcheck => {
                if let Some(same) = bad.get_mut(name(stage)) {
                    same.retain(|bad| bad.index != stage.index);
                }
                let mut traced = vec![stage];
                while let Some(stage) = traced.pop() {
                    good.insert(name(stage));
                    traced.extend(bad.remove(stage.image.name()).into_iter().flatten());
                }
            }
            _ => {}
        }
    }
    let mut bad: Vec<&Stage<'_>> = bad.into_values().flatten().collect();
    bad.sort_unstable_by_key(|stage| stage.index);
    bad
}
