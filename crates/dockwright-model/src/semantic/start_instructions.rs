//! [`StartInstructions`]: the instructions that define what a container of a stage runs.

use super::{Semantics, StageBaseKind, invocation, read_run_script};
use crate::shell::{self, ShellCommand, ShellScript};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind, Word};

/// The instructions that apply at the end of a stage, if they are in the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct StartInstructions<'s> {
    pub entrypoint: Option<&'s Instruction<'s>>,
    /// Also `None` if an ENTRYPOINT of a later stage resets it.
    pub command: Option<&'s Instruction<'s>>,
    pub healthcheck: Option<&'s Instruction<'s>>,
}

/// Where the last of each instruction is among the items of the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LastStartInstructions {
    entrypoint: Option<usize>,
    command: Option<usize>,
    healthcheck: Option<usize>,
}

/// The command line of RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD.
pub fn command_line_of<'i, 'f>(instruction: &'i Instruction<'f>) -> Option<&'i CommandLine<'f>> {
    match &instruction.arguments {
        Arguments::Command(line) => Some(line),
        Arguments::Healthcheck(check) => check.command.as_ref(),
        _ => None,
    }
}

impl<'a> StartInstructions<'a> {
    /// ENTRYPOINT, then CMD, if the file has them.
    pub fn instructions(&self) -> impl Iterator<Item = &'a Instruction<'a>> + use<'a> {
        self.entrypoint.into_iter().chain(self.command)
    }

    /// The commands that a container starts, with wrappers resolved. The words of CMD after those of ENTRYPOINT
    /// belong to the same command, and an ENTRYPOINT in shell form ignores CMD.
    pub(crate) fn commands(&self, semantics: &Semantics<'_>) -> Vec<ShellCommand> {
        let words = |instruction: Option<&'a Instruction<'a>>| match command_line_of(instruction?)? {
            CommandLine::Exec { words, .. } => Some(words.as_slice()),
            CommandLine::Shell(_) => None,
        };
        if let (Some(first), Some(rest)) = (words(self.entrypoint), words(self.command)) {
            let all: Vec<Word<'_>> = first.iter().chain(rest).cloned().collect();
            return resolve_commands(shell::read_exec_array(&all), semantics.file.source);
        }
        let is_shell_form = self.entrypoint.is_some() && words(self.entrypoint).is_none();
        let command = self.command.filter(|_| !is_shell_form);
        let scripts =
            self.entrypoint.into_iter().chain(command).filter_map(|one| semantics.started_script(one));
        scripts.flat_map(|script| script.commands).collect()
    }

    /// The instruction that names the program.
    pub fn program_instruction(&self) -> Option<&'a Instruction<'a>> {
        self.entrypoint.or(self.command)
    }
}

/// The commands of a script that is not in the file, with wrappers resolved. Variables are unknown.
pub(crate) fn resolve_script_commands(text: &str) -> Vec<ShellCommand> {
    resolve_commands(shell::read_script(text, 0), text.as_bytes())
}

fn resolve_commands(mut script: ShellScript, source: &[u8]) -> Vec<ShellCommand> {
    let values = invocation::script_variables(&script, None, source);
    invocation::read_commands(&mut script, &values, source, &|| {
        std::str::from_utf8(source).ok().map(|text| (text.to_string(), 0))
    });
    script.commands
}

impl<'a> Semantics<'a> {
    /// The instructions that apply at the end of a stage.
    pub fn start_instructions(&self, stage: usize) -> StartInstructions<'a> {
        let last = self.last_start_instructions.get_or_init(|| self.find_start_instructions());
        let last = last.get(stage).copied().unwrap_or_default();
        let instruction = |at: Option<usize>| self.file.items.get(at?)?.instruction();
        let (entrypoint, command) = (instruction(last.entrypoint), instruction(last.command));
        let healthcheck = instruction(last.healthcheck);
        let stage_of = |one: &Instruction<'_>| self.stage_at(one.span.start).map(|stage| stage.index);
        let command = command
            .filter(|command| entrypoint.is_none_or(|entrypoint| stage_of(entrypoint) <= stage_of(command)));
        StartInstructions { entrypoint, command, healthcheck }
    }

    /// For each stage, the last of each instruction in it and in those that it is built on.
    fn find_start_instructions(&self) -> Vec<LastStartInstructions> {
        let items = &self.file.items;
        let first_from = |offset: u32| items.partition_point(|item| item.span.start < offset);
        let mut found: Vec<LastStartInstructions> = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let parent = match self.build.stages.get(index).map(|stage| stage.base) {
                Some(StageBaseKind::Stage(parent)) => found.get(parent).copied(),
                _ => None,
            };
            let mut last = parent.unwrap_or_default();
            for at in first_from(stage.span.start)..first_from(stage.span.end) {
                match items.get(at).and_then(|item| item.instruction()).map(|one| one.kind) {
                    Some(Kind::Entrypoint) => last.entrypoint = Some(at),
                    Some(Kind::Cmd) => last.command = Some(at),
                    Some(Kind::Healthcheck) => last.healthcheck = Some(at),
                    _ => {}
                }
            }
            found.push(last);
        }
        found
    }

    /// The commands of a CMD, ENTRYPOINT or RUN with the variables of the file, including the commands in the text
    /// for `sh -c`.
    pub fn commands_of(&self, instruction: &Instruction<'a>) -> Vec<ShellCommand> {
        let Some(line) = command_line_of(instruction) else { return Vec::new() };
        let mut script = read_run_script(self.file, instruction, line, self.view);
        self.read_commands(&mut script, instruction, line, false);
        script.commands
    }

    /// The commands of CMD, ENTRYPOINT or HEALTHCHECK CMD, with wrappers resolved. Variables are unknown, because a
    /// container may be started with other values.
    pub fn started_script(&self, instruction: &Instruction<'_>) -> Option<ShellScript> {
        let line = command_line_of(instruction)?;
        let mut script = read_run_script(self.file, instruction, line, self.view);
        self.read_commands(&mut script, instruction, line, true);
        Some(script)
    }
}
