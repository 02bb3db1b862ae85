//! [`StartCommand`]: the command that a container starts, as words.

use crate::semantic::interpreted::BOURNE_SHELLS;
use crate::semantic::paths::base_name;
use crate::semantic::{Semantics, read_run_script};
use crate::shell::{ListNode, ParseOutcome};
use crate::syntax::{Arguments, CommandLine, Instruction, Kind};

/// The words that a container starts with.
#[derive(Debug)]
pub(crate) struct StartCommand<'a> {
    /// The CMD or ENTRYPOINT that names the program.
    pub instruction: &'a Instruction<'a>,
    pub words: Vec<String>,
    /// Whether a shell runs them.
    pub shell: bool,
}

impl StartCommand<'_> {
    pub(crate) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// `CMD`, `ENTRYPOINT`.
    pub(crate) fn keyword(&self) -> &'static str {
        if self.instruction.kind == Kind::Cmd { "CMD" } else { "ENTRYPOINT" }
    }
}

/// The command of the last ENTRYPOINT, else of the last CMD; or why it is unknown.
pub(super) fn start_command<'a>(semantics: &Semantics<'a>) -> Result<StartCommand<'a>, String> {
    let last = |kind: Kind| semantics.file.instructions().rfind(|one| one.kind == kind);
    let instruction =
        last(Kind::Entrypoint).or_else(|| last(Kind::Cmd)).ok_or("the file has no `CMD` or `ENTRYPOINT`")?;
    if instruction.kind == Kind::Cmd {
        let image = semantics.base_image(0).map(|base| base.image);
        let is_node = image.as_ref().is_some_and(|image| image.name == "node");
        let base = image.and_then(|image| image.facts.entrypoint.clone());
        // The entry points of the images of Maven and Node start the given program.
        let harmless = |words: &Vec<String>| {
            words.first().is_none_or(|first| {
                first.ends_with("/mvn-entrypoint.sh") || (is_node && first == "docker-entrypoint.sh")
            })
        };
        if !base.as_ref().is_some_and(harmless) {
            return Err("the base image may have an `ENTRYPOINT`".to_string());
        }
    }
    let Arguments::Command(line) = &instruction.arguments else {
        return Err("the start command cannot be parsed".to_string());
    };
    let keyword = if instruction.kind == Kind::Cmd { "CMD" } else { "ENTRYPOINT" };
    match line {
        CommandLine::Exec { words, .. } => {
            let words: Vec<String> = words.iter().map(|word| word.text.to_string()).collect();
            let shell = words.first().is_some_and(|word| BOURNE_SHELLS.contains(&base_name(word)));
            if words.is_empty() || shell {
                return Err(format!("`{keyword}` starts a shell"));
            }
            Ok(StartCommand { instruction, words, shell: false })
        }
        CommandLine::Shell(_) => {
            let script = read_run_script(semantics.file, instruction, line, semantics.view);
            let [item] = script.list.as_slice() else {
                return Err(format!("`{keyword}` is more than one command"));
            };
            let ListNode::Command(at) = item.node else {
                return Err(format!("`{keyword}` is more than one command"));
            };
            let command = script.commands.get(at).ok_or("the start command cannot be parsed")?;
            let plain = script.reading == ParseOutcome::Complete
                && script.commands.len() == 1
                && command.assignments.is_empty()
                && command.redirections.is_empty();
            if !plain {
                return Err(format!("`{keyword}` needs a shell"));
            }
            let words = command.words.iter().skip(command.name_at);
            Ok(StartCommand {
                instruction,
                words: words.map(|word| word.text.clone()).collect(),
                shell: true,
            })
        }
    }
}
