//! The current state at an instruction: user, working directory, shell.

use super::{Semantics, Stage, StageBaseKind, paths};
use crate::syntax::{Arguments, CommandLine, Dockerfile, Instruction, Kind};

/// The settings that an instruction runs with. `None` means the value of the base image.
#[derive(Debug, Clone, Default)]
pub struct EffectiveState<'a> {
    /// The last USER.
    pub user: Option<&'a str>,
    pub workdir: Option<EffectiveWorkdir>,
    /// The last SHELL.
    pub shell: Option<&'a CommandLine<'a>>,
}

/// The working directory that applies at an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectiveWorkdir {
    /// An absolute path.
    Known(String),
    /// A path below the working directory of the base image, or one with a variable in it.
    Unknown,
}

/// The settings of all instructions of a file, computed once.
#[derive(Debug, Default)]
pub(super) struct EffectiveStates<'a> {
    /// The states with the offset (in bytes) from which they apply, in file order: one at the start of each stage,
    /// and one after each instruction that changes something.
    changes: Vec<(u32, EffectiveState<'a>)>,
}

impl<'a> EffectiveStates<'a> {
    pub(super) fn new(file: &'a Dockerfile<'a>, stages: &[Stage<'a>]) -> Self {
        let mut changes = Vec::new();
        let mut ends: Vec<EffectiveState<'a>> = Vec::with_capacity(stages.len());
        for stage in stages {
            let parent = match stage.base {
                StageBaseKind::Stage(parent) => ends.get(parent).cloned(),
                _ => None,
            };
            let mut state = parent.unwrap_or_default();
            changes.push((stage.span.start, state.clone()));
            for instruction in file.instructions_in(stage.span) {
                if state.apply_instruction(instruction) {
                    changes.push((instruction.span.start + 1, state.clone()));
                }
            }
            ends.push(state);
        }
        Self { changes }
    }
}

impl<'a> Semantics<'a> {
    /// The settings for the instruction that starts at `offset` (bytes), from earlier instructions of its stage and
    /// its base stages.
    pub fn effective_state(&self, offset: u32) -> EffectiveState<'a> {
        let changes = &self.states.changes;
        let after = changes.partition_point(|(from, _)| *from <= offset);
        let last = after.checked_sub(1).and_then(|last| changes.get(last));
        last.map(|(_, state)| state.clone()).unwrap_or_default()
    }
}

impl<'a> EffectiveState<'a> {
    /// Applies an instruction; returns whether it is one that changes the settings.
    fn apply_instruction(&mut self, instruction: &'a Instruction<'a>) -> bool {
        match (instruction.kind, &instruction.arguments) {
            (Kind::User, Arguments::Text(user)) => self.user = Some(&user.text),
            (Kind::Workdir, Arguments::Text(path)) => {
                self.workdir =
                    Some(EffectiveWorkdir::join(self.workdir.as_ref(), path.text.trim_matches(['"', '\''])));
            }
            (Kind::Shell, Arguments::Command(shell)) => self.shell = Some(shell),
            _ => return false,
        }
        true
    }
}

impl EffectiveWorkdir {
    fn join(before: Option<&Self>, path: &str) -> Self {
        if path.contains('$') {
            return Self::Unknown;
        }
        let before = match before {
            Some(Self::Known(before)) => Some(before.as_str()),
            _ => None,
        };
        paths::join_path(before, path).map_or(Self::Unknown, Self::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::View;
    use crate::syntax;

    fn state_at_stage_end(text: &str) -> (Option<String>, Option<EffectiveWorkdir>, bool) {
        let file = syntax::parse(text.as_bytes());
        let semantics = Semantics::new(&file, View::Exact);
        let last = file.instructions().next_back().map_or(0, |last| last.span.start);
        let holds = semantics.effective_state(last);
        (holds.user.map(str::to_string), holds.workdir, holds.shell.is_some())
    }

    #[test]
    fn last_instruction_applies() {
        let known = |path: &str| Some(EffectiveWorkdir::Known(path.to_string()));
        for (text, user, workdir, shell) in [
            ("FROM a\nRUN x\n", None, None, false),
            ("FROM a\nUSER b\nUSER c\nRUN x\n", Some("c"), None, false),
            ("FROM a\nRUN x\nUSER b\n", None, None, false),
            ("FROM a AS s\nUSER b\nWORKDIR /d\nFROM s\nWORKDIR e\nRUN x\n", Some("b"), known("/d/e"), false),
            ("FROM a AS s\nUSER b\nFROM c\nRUN x\n", None, None, false),
            ("FROM a AS s\nUSER b\nFROM c\nUSER d\nFROM s\n", Some("b"), None, false),
            ("FROM a AS s\nUSER b\nFROM s\nUSER c\nFROM s\nRUN x\n", Some("b"), None, false),
            ("FROM a\nUSER b\nUSER c\n", Some("b"), None, false),
            ("USER b\nFROM a\nRUN x\n", None, None, false),
            ("FROM a\nWORKDIR b\nRUN x\n", None, Some(EffectiveWorkdir::Unknown), false),
            ("FROM a\nWORKDIR /b\nWORKDIR $C\nRUN x\n", None, Some(EffectiveWorkdir::Unknown), false),
            ("FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN x\n", None, None, true),
        ] {
            assert_eq!(state_at_stage_end(text), (user.map(str::to_string), workdir, shell), "{text}");
        }
    }
}
