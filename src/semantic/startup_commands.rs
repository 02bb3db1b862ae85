//! What a container of a stage starts: the last ENTRYPOINT and CMD of the stage and of those that it is built on.

use super::{Semantics, read_run_script};
use crate::shell::ShellCommand;
use crate::syntax::{Arguments, Instruction, Kind};

/// The instructions that say what a container starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StartupCommands<'a> {
    pub entrypoint: Option<&'a Instruction<'a>>,
    pub cmd: Option<&'a Instruction<'a>>,
}

impl<'a> Semantics<'a> {
    /// The start commands that the file sets for a container of this stage.
    pub(crate) fn startup(&self, stage: usize) -> StartupCommands<'a> {
        let last = |kind: Kind| {
            self.chain(stage)
                .find_map(|stage| self.file.instructions_in(stage.span).rev().find(|one| one.kind == kind))
        };
        StartupCommands { entrypoint: last(Kind::Entrypoint), cmd: last(Kind::Cmd) }
    }

    /// The commands of a CMD, ENTRYPOINT or RUN, those in the text for `sh -c` included.
    pub(crate) fn commands_of(&self, instruction: &Instruction<'a>) -> Vec<ShellCommand> {
        let Arguments::Command(line) = &instruction.arguments else { return Vec::new() };
        let mut script = read_run_script(self.file, instruction, line, self.view);
        self.read_commands(&mut script, instruction, line, false);
        script.commands
    }
}

impl<'a> StartupCommands<'a> {
    /// ENTRYPOINT, then CMD, as far as the file has them.
    pub(crate) fn instructions(&self) -> impl Iterator<Item = &'a Instruction<'a>> + use<'a> {
        self.entrypoint.into_iter().chain(self.cmd)
    }

    /// The instruction that names the program.
    pub(crate) fn first(&self) -> Option<&'a Instruction<'a>> {
        self.entrypoint.or(self.cmd)
    }
}
