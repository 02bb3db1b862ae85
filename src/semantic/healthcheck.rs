//! Stages without HEALTHCHECK.

use super::{Semantics, Stage};
use crate::syntax::{Dockerfile, Kind};

/// The stages that should have a HEALTHCHECK (`NONE` is one) and have none, in file order.
pub fn stages_without_healthcheck<'s, 'a>(
    file: &Dockerfile<'a>,
    semantics: &'s Semantics<'a>,
) -> Vec<&'s Stage<'a>> {
    if !semantics.view.judges_every_stage() {
        let image =
            super::label::image_without(file, semantics, |instruction| instruction.kind == Kind::Healthcheck);
        return image.into_iter().collect();
    }
    // hadolint's way: the names that images and stages have in common decide.
    let name = |stage: &Stage<'_>| stage.alias().unwrap_or(stage.image.name()).to_string();
    let mut is_good = vec![false; semantics.stages.len()];
    for instruction in file.instructions() {
        let Some(stage) = semantics.stage_at(instruction.span.start) else { continue };
        match instruction.kind {
            Kind::From => {
                let inherits = semantics
                    .stages
                    .iter()
                    .zip(&is_good)
                    .any(|(other, good)| *good && name(other) == stage.image.name());
                if let Some(good) = is_good.get_mut(stage.index) {
                    *good = inherits;
                }
            }
            Kind::Healthcheck => {
                let mut wanted = vec![stage];
                while let Some(stage) = wanted.pop() {
                    let Some(good) = is_good.get_mut(stage.index) else { continue };
                    *good = true;
                    let before = semantics.stages.iter().zip(&is_good);
                    wanted.extend(
                        before
                            .filter(|(other, good)| !**good && name(other) == stage.image.name())
                            .map(|(other, _)| other),
                    );
                }
            }
            _ => {}
        }
    }
    semantics.stages.iter().zip(is_good).filter(|(_, good)| !good).map(|(stage, _)| stage).collect()
}
