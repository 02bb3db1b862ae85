//! The stages that people build by name: `docker build --target NAME`.

use super::{CopyFromOrigin, Semantics, StageBaseKind};
use crate::syntax::{Arguments, Instruction};

impl Semantics<'_> {
    /// Marks the stages that are separate images: nothing in the file uses them, and they have a name. The base
    /// stages of such a stage are also part of its image, except for a stage from which files are copied.
    pub(super) fn mark_targets(&mut self) {
        if self.view.judges_last_stage_only {
            return;
        }
        let count = self.stages.len();
        let (mut copied, mut built_on) = (vec![false; count], vec![false; count]);
        for outer in self.file.instructions() {
            let inner = match &outer.arguments {
                Arguments::Onbuild(inner) => inner.as_ref(),
                _ => outer,
            };
            for stage in self.stages_copied_from(outer, inner) {
                copied.get_mut(stage).into_iter().for_each(|copied| *copied = true);
            }
        }
        for stage in &self.stages {
            if let StageBaseKind::Stage(parent) = stage.base {
                built_on.get_mut(parent).into_iter().for_each(|built_on| *built_on = true);
            }
        }
        let is_copied = |stage: usize| copied.get(stage).copied().unwrap_or(false);
        let unused = |stage: usize| !is_copied(stage) && !built_on.get(stage).copied().unwrap_or(false);
        let roots = self.stages.iter().filter(|stage| stage.name.is_some() && unused(stage.index));
        let mut targets = vec![false; count];
        for root in roots {
            for stage in self.stage_and_ancestors(root).take_while(|stage| !is_copied(stage.index)) {
                targets.get_mut(stage.index).into_iter().for_each(|target| *target = true);
            }
        }
        for (stage, target) in self.stages.iter_mut().zip(targets) {
            stage.is_target = target;
        }
    }

    /// The stages from which an instruction takes files.
    fn stages_copied_from(&self, outer: &Instruction<'_>, inner: &Instruction<'_>) -> Vec<usize> {
        let here = self.stage_at(outer.span.start);
        let flag = inner.flag_value("from").map(|from| from.text.to_string());
        let mounts = inner.mounts();
        let mounts = mounts.iter().filter_map(|mount| mount.from()).map(|from| from.text.to_string());
        let stage = |from: String| match self.copy_from_origin(&from, here) {
            CopyFromOrigin::Earlier(stage) | CopyFromOrigin::Later(stage) => Some(stage),
            CopyFromOrigin::Own | CopyFromOrigin::Missing | CopyFromOrigin::Elsewhere => None,
        };
        flag.into_iter().chain(mounts).filter_map(stage).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::{Stage, View};
    use crate::syntax;

    #[test]
    fn stages_that_are_images() {
        for (text, expected) in [
            ("FROM a AS b\nFROM c\n", &["b"][..]),
            ("FROM a\nFROM c\n", &[]),
            ("FROM a AS b\nFROM c AS d\n", &["b", "d"]),
            ("FROM a AS b\nFROM c\nCOPY --from=b /x /x\n", &[]),
            ("FROM a AS b\nFROM c\nCOPY --from=0 /x /x\n", &[]),
            ("FROM a AS b\nFROM c\nRUN --mount=from=b,target=/x y\n", &[]),
            ("FROM a AS b\nFROM c\nONBUILD COPY --from=b /x /x\n", &[]),
            ("FROM a AS b\nFROM b AS c\nFROM b\n", &["b", "c"]),
            ("FROM a AS b\nFROM b AS test\nFROM c\nCOPY --from=b /x /x\n", &["test"]),
            ("FROM a AS b\nFROM c AS d\nFROM $D\n", &["b", "d"]),
        ] {
            let file = syntax::parse(text.as_bytes());
            let semantics = Semantics::new(&file, View::Exact);
            let targets = semantics.stages.iter().filter(|stage| stage.is_target);
            let names: Vec<String> = targets.map(Stage::display_name).collect();
            assert_eq!(names, expected, "{text}");
        }
    }
}
