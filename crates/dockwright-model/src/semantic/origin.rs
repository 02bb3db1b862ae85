//! [`CopyFromOrigin`]: the source of `COPY --from`.

use std::collections::HashMap;

use super::{Semantics, Stage, View};

/// The meaning of the value of `--from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFromOrigin {
    /// A stage before the current one, by index.
    Earlier(usize),
    /// The stage that the COPY is in.
    Own,
    /// A stage further down the file, by index.
    Later(usize),
    /// A number without a stage.
    Missing,
    /// An image or a build context of that name.
    Elsewhere,
}

/// Which stage a name means in `--from`: the last one of that name in the file. (For hadolint, it is the first one;
/// later ones are examined separately.)
pub(super) fn stage_names(stages: &[Stage<'_>], view: View) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for stage in stages {
        let Some(alias) = stage.alias() else { continue };
        let known = names.entry(view.stage_name(alias)).or_insert(stage.index);
        if !view.earliest_stage_of_a_name {
            *known = stage.index;
        }
    }
    names
}

impl Semantics<'_> {
    /// The stage of that name, by index.
    pub fn stage_named(&self, name: &str) -> Option<usize> {
        self.named.get(&self.view.stage_name(name)).copied()
    }

    /// What `--from=value` means in `stage` (`None` before the first FROM).
    pub fn copy_from_origin(&self, value: &str, stage: Option<&Stage<'_>>) -> CopyFromOrigin {
        if self.view.copies_from_names_seen {
            return self.copy_from_origin_in_hadolint(value, stage);
        }
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let index = if is_number { value.parse().ok() } else { self.stage_named(value) };
        let here = stage.map(|stage| stage.index);
        match (index, here) {
            (None, _) if !is_number => CopyFromOrigin::Elsewhere,
            (Some(index), Some(here)) if index < here => CopyFromOrigin::Earlier(index),
            (Some(index), Some(here)) if index == here => CopyFromOrigin::Own,
            (Some(index), _) if index < self.stages.len() => CopyFromOrigin::Later(index),
            _ => CopyFromOrigin::Missing,
        }
    }

    fn copy_from_origin_in_hadolint(&self, value: &str, stage: Option<&Stage<'_>>) -> CopyFromOrigin {
        let seen = stage.map_or(0, |stage| stage.index + 1);
        if stage.is_some_and(|stage| stage.alias() == Some(value)) {
            return CopyFromOrigin::Own;
        }
        if let Some(index) = self.stage_named(value).filter(|index| *index < seen) {
            return CopyFromOrigin::Earlier(index);
        }
        let digits = value.bytes().take_while(u8::is_ascii_digit);
        match digits.map(|digit| i64::from(digit - b'0')).reduce(|a, b| a.wrapping_mul(10).wrapping_add(b)) {
            Some(number) if number < i64::try_from(seen).unwrap_or(i64::MAX) => {
                CopyFromOrigin::Earlier(usize::try_from(number).unwrap_or(0))
            }
            Some(_) => CopyFromOrigin::Missing,
            None => CopyFromOrigin::Elsewhere,
        }
    }
}
