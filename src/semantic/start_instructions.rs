//! [`StartInstructions`]: what a container of a stage runs.

use super::{Semantics, read_run_script};
use crate::shell::{ShellCommand, ShellScript};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

/// The instructions in effect at the end of a stage, as far as they are in the file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StartInstructions<'s> {
    pub entrypoint: Option<&'s Instruction<'s>>,
    /// `None` as well if an ENTRYPOINT of a later stage resets it.
    pub command: Option<&'s Instruction<'s>>,
    pub healthcheck: Option<&'s Instruction<'s>>,
}

/// The command line of RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD.
pub(crate) fn command_line<'i, 'f>(instruction: &'i Instruction<'f>) -> Option<&'i CommandLine<'f>> {
    match &instruction.arguments {
        Arguments::Command(line) => Some(line),
        Arguments::Healthcheck(check) => check.command.as_ref(),
        _ => None,
    }
}

impl<'a> StartInstructions<'a> {
    /// ENTRYPOINT, then CMD, as far as the file has them.
    pub(crate) fn instructions(&self) -> impl Iterator<Item = &'a Instruction<'a>> + use<'a> {
        self.entrypoint.into_iter().chain(self.command)
    }

    /// The instruction that names the program.
    pub(crate) fn first(&self) -> Option<&'a Instruction<'a>> {
        self.entrypoint.or(self.command)
    }
}

impl<'a> Semantics<'a> {
    /// What is in effect at the end of a stage.
    pub(crate) fn started(&self, stage: usize) -> StartInstructions<'a> {
        let last = |kind: Kind| {
            self.chain(stage)
                .find_map(|stage| self.file.instructions_in(stage.span).rev().find(|one| one.kind == kind))
        };
        let entrypoint = last(Kind::Entrypoint);
        let stage_of = |one: &Instruction<'_>| self.stage_at(one.span.start).map(|stage| stage.index);
        let command = last(Kind::Cmd)
            .filter(|command| entrypoint.is_none_or(|entrypoint| stage_of(entrypoint) <= stage_of(command)));
        StartInstructions { entrypoint, command, healthcheck: last(Kind::Healthcheck) }
    }

    /// The commands of a CMD, ENTRYPOINT or RUN with the variables that are set in the file, those in the text for
    /// `sh -c` included.
    pub(crate) fn commands_of(&self, instruction: &Instruction<'a>) -> Vec<ShellCommand> {
        let Some(line) = command_line(instruction) else { return Vec::new() };
        let mut script = read_run_script(self.file, instruction, line, self.view);
        self.read_commands(&mut script, instruction, line, false);
        script.commands
    }

    /// The commands of CMD, ENTRYPOINT or HEALTHCHECK CMD, wrappers read. Variables are unknown: a container may be
    /// started with others.
    pub(crate) fn started_script(&self, instruction: &Instruction<'_>) -> Option<ShellScript> {
        let line = command_line(instruction)?;
        let mut script = read_run_script(self.file, instruction, line, self.view);
        self.read_commands(&mut script, instruction, line, true);
        Some(script)
    }
}
