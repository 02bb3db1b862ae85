//! The USER instructions that apply at the end of a stage, or of the image.

use super::Semantics;
use crate::syntax::{Dockerfile, Instruction, Kind};

/// The last USER of each stage, by index; `None` if there is none.
pub fn last_users<'a>(
    file: &'a Dockerfile<'a>,
    semantics: &Semantics<'a>,
) -> Vec<Option<&'a Instruction<'a>>> {
    let mut last_users = vec![None; semantics.stages.len()];
    for user in file.instructions().filter(|instruction| instruction.kind == Kind::User) {
        let stage = semantics.stage_at(user.span.start);
        if let Some(last) = stage.and_then(|stage| last_users.get_mut(stage.index)) {
            *last = Some(user);
        }
    }
    last_users
}

/// The USER that the image starts with: the last one of the last stage, or of its base stages.
pub fn image_user<'a>(file: &'a Dockerfile<'a>, semantics: &Semantics<'a>) -> Option<&'a Instruction<'a>> {
    let last_users = last_users(file, semantics);
    let image = semantics.stages.last()?;
    semantics.stage_and_ancestors(image).find_map(|stage| last_users.get(stage.index).copied().flatten())
}

/// Whether `USER user` is root, with or without a group.
pub fn is_root_user(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name == "root" || name == "0"
}
