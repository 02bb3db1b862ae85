//! Instructions of which only the last one in a stage has an effect.

use crate::syntax::{Dockerfile, Instruction, Kind};

/// The second and every later instruction of this kind in each stage, each with the one before it; the part before
/// the first FROM counts as a stage.
pub fn repeated_in_stage<'a>(
    file: &'a Dockerfile<'a>,
    kind: Kind,
) -> Vec<(&'a Instruction<'a>, &'a Instruction<'a>)> {
    let mut before = None;
    let mut repeated = Vec::new();
    for instruction in file.instructions() {
        if instruction.kind == Kind::From {
            before = None;
        } else if instruction.kind == kind {
            repeated.extend(before.map(|before| (before, instruction)));
            before = Some(instruction);
        }
    }
    repeated
}
