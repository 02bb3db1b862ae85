//! Whether the file or the base image sets a start command.

use super::graph::StageGraph;
use crate::semantic::{Semantics, StageBaseKind};
use crate::syntax::Kind;

/// Whether neither the stages of the image nor the image that they start from have CMD or ENTRYPOINT, provably.
pub(crate) fn has_no_command(semantics: &Semantics<'_>, graph: &StageGraph) -> bool {
    let Some(root) = graph.image_root_stage() else { return false };
    let said = semantics.file.instructions().any(|one| {
        matches!(one.kind, Kind::Cmd | Kind::Entrypoint | Kind::Onbuild)
            && semantics.stage_at(one.span.start).is_some_and(|stage| graph.is_stage_in_image(stage.index))
    });
    if said {
        return false;
    }
    if semantics.build.stages.get(root).is_some_and(|stage| stage.base == StageBaseKind::Scratch) {
        // In a file with several stages, such an image usually only exports files.
        return semantics.build.stages.len() == 1;
    }
    semantics.base_image(root).is_some_and(|base| {
        let facts = base.image.facts;
        let unset = |command: &Option<Vec<String>>| command.as_ref().is_some_and(Vec::is_empty);
        base.certain && unset(&facts.cmd) && unset(&facts.entrypoint)
    })
}
