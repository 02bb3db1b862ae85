//! [`Invocation`]: the program that a shell command runs, after paths and wrappers are resolved, and its arguments,
//! with the values of known variables.
//!
//! Every command of a RUN passes through here once (see [`read_commands`]); rules, fixes and `optimize` see the
//! program that runs. This does not change hadolint's view of a command.

mod nested;
mod program;
mod values;
mod wrappers;

pub(super) use nested::NestedScriptFn;
pub use program::program_name;
pub(super) use values::{VariableValues, expanded_text, instruction_environment, script_variables};
pub use wrappers::OTHER_USERS;
pub(crate) use wrappers::{WrapperSyntax, prepares_environment};

use super::effects;
use crate::shell::{ShellCommand, ShellScript, ShellWord, WrapperProgram};

/// A command without its wrappers: the program that runs, and its arguments.
#[derive(Debug)]
pub(super) struct Invocation {
    /// The program, without its directory if that is one of those that hold programs.
    pub name: String,
    /// Index of its word in [`ShellCommand::words`].
    pub(crate) name_at: usize,
    pub arguments: Vec<ShellWord>,
    /// The wrappers before it.
    pub(crate) wrappers: Vec<WrapperProgram>,
    /// Whether a variable with an unknown value among the arguments may hold options.
    pub(crate) may_have_options: bool,
}

/// A word as the program receives it.
struct InvocationArgument {
    /// Index of the word that it comes from.
    at: usize,
    word: ShellWord,
    /// Whether its text is exactly what the program receives.
    known: bool,
}

impl Invocation {
    /// Resolves wrappers, paths and variables. `None` if the program cannot be determined.
    pub(super) fn parse(command: &ShellCommand, values: &dyn VariableValues, source: &[u8]) -> Option<Self> {
        let mut arguments = Vec::with_capacity(command.words.len());
        for (at, word) in command.words.iter().enumerate() {
            if word.literal {
                arguments.push(InvocationArgument { at, word: word.clone(), known: true });
            } else if let Some(words) = values::expand_word(word, values, source) {
                arguments.extend(words.into_iter().map(|word| InvocationArgument { at, word, known: true }));
            } else {
                arguments.push(InvocationArgument { at, word: word.clone(), known: false });
            }
        }
        let (place, wrappers) = wrappers::skip_wrappers(&arguments);
        let program = arguments.get(place)?;
        let name = program::program_called_by_word(program)?;
        // An expanded value may differ between builds: it is used for options, but not for files.
        let reads_options = effects::reads_options(&name);
        if !command.words.get(program.at)?.literal && !reads_options && command.name.is_none() {
            return None;
        }
        let rest = arguments.get(place + 1..).unwrap_or_default();
        let may_have_options = rest
            .iter()
            .any(|argument| !argument.known && values::may_contain_options(&argument.word, source));
        let as_written = |argument: &InvocationArgument| {
            argument.at == program.at
                || !argument.word.text.starts_with('-') && argument.word.text.contains('/')
        };
        let mut given: Vec<ShellWord> = Vec::with_capacity(rest.len());
        let mut last_raw = None;
        for argument in rest {
            let raw = command.words.get(argument.at)?;
            if raw.literal || (reads_options && !as_written(argument)) || argument.at == program.at {
                given.push(argument.word.clone());
            } else if last_raw != Some(argument.at) {
                last_raw = Some(argument.at);
                given.push(raw.clone());
            }
        }
        Some(Self { name, name_at: program.at, arguments: given, wrappers, may_have_options })
    }
}

/// Replaces each command by its resolved form, and adds the commands in the text for `sh -c`.
pub(super) fn read_commands(
    script: &mut ShellScript,
    values: &dyn VariableValues,
    source: &[u8],
    text: &NestedScriptFn<'_>,
) {
    let mut at = 0;
    let mut depth = nested::NestingDepth::default();
    while let Some(command) = script.commands.get_mut(at) {
        if let Some(invocation) = Invocation::parse(command, values, source) {
            apply_invocation(command, invocation);
        }
        if let Some(inner) = depth.nested_commands(at, command, source, text) {
            nested::insert_commands(script, at + 1, inner);
        }
        at += 1;
    }
}

fn apply_invocation(command: &mut ShellCommand, invocation: Invocation) {
    let as_before = invocation.name_at == 0
        && command.words.get(1..).is_some_and(|words| words == invocation.arguments.as_slice());
    command.given = (!as_before).then_some(invocation.arguments);
    command.name = Some(invocation.name);
    command.name_at = invocation.name_at;
    command.wrappers = invocation.wrappers;
    command.may_have_options = invocation.may_have_options;
}

#[cfg(test)]
mod tests;
