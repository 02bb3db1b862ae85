//! What precedes a command: the instructions of its stage and of the stages that this one is built on.

use crate::optimize::paths_overlap;
use crate::semantic::{Semantics, StageBaseKind};
use crate::syntax::{Arguments, Instruction, Kind};

/// The stages from the one on an image from outside to `stage`, by index. `None` if one of them depends on a build argument.
pub fn chain_from_base(semantics: &Semantics<'_>, stage: usize) -> Option<Vec<usize>> {
    let mut chain = vec![stage];
    let mut at = stage;
    loop {
        let built = semantics.build.stages.get(at)?;
        match built.base {
            StageBaseKind::Stage(parent) if parent < at && built.image.certain => at = parent,
            StageBaseKind::Stage(_) => return None,
            _ => break,
        }
        chain.push(at);
    }
    chain.reverse();
    Some(chain)
}

/// Their instructions, in the order in which a build runs them.
pub fn instructions_of<'a>(semantics: &Semantics<'a>, chain: &[usize]) -> Vec<&'a Instruction<'a>> {
    let spans = chain.iter().filter_map(|stage| Some(semantics.stages.get(*stage)?.span));
    let inside = |span: crate::source::Span| {
        semantics
            .file
            .instructions()
            .filter(move |one| span.start <= one.span.start && one.span.start < span.end)
    };
    spans.flat_map(inside).collect()
}

/// Whether a COPY or ADD may put something at or below a path.
pub fn copies_below(instruction: &Instruction<'_>, path: &str) -> bool {
    let Arguments::Paths(paths) = &instruction.arguments else { return false };
    let to = paths.destination.as_ref().map_or("/", |word| word.text.trim_matches(['"', '\'']));
    let is_copy = matches!(instruction.kind, Kind::Copy | Kind::Add);
    let to = to.trim_end_matches('/');
    // What is relative lies in a directory of the project.
    is_copy && (to.contains('$') || to.is_empty() || paths_overlap(to, path))
}
