//! Instructions of which only the last one in a stage counts.

use crate::syntax::{Dockerfile, Instruction, Kind};

/// The second and every later instruction of this kind in each stage; what stands before the first FROM
/// counts as a stage.
pub fn repeated_in_stage<'a>(file: &'a Dockerfile<'a>, kind: Kind) -> Vec<&'a Instruction<'a>> {
    let mut seen = false;
    let mut repeated = Vec::new();
    for instruction in file.instructions() {
        if instruction.kind == Kind::From {
            seen = false;
        } else if instruction.kind == kind {
            if seen {
                repeated.push(instruction);
            }
            seen = true;
        }
    }
    repeated
}
