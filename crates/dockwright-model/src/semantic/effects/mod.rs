//! What commands do: which files they read, write and delete, whether they use the network, what they install, and
//! what they change in the shell or leave running.
//!
//! [`command_effects`] looks a command up: package managers in their own files (see [`managers`](super::managers)),
//! other programs in `programs`, builtins of the shell in `builtins`. Other commands get [`Effects::unknown`], which
//! may do anything.

mod accounts;
mod archives;
mod builtins;
mod by_options;
mod created;
mod downloads;
mod files;
mod managers;
mod memo;
mod paths;
mod programs;
mod redirections;
mod run;
mod sed;
mod services;
mod text;

pub use accounts::find_created_account;
pub(crate) use by_options::{configuration_effects, operand_effects};
pub(in crate::semantic) use created::{may_be_set, option_paths};
pub use managers::{cache_directories, only_downloads};
pub(crate) use managers::{is_manager_or_python, reads_options};
pub use paths::PathSet;
pub use programs::is_python;
pub use redirections::redirected_file;

use super::invocation::prepares_environment;
pub use super::managers::{PackageCall, Verb};
use super::{ProgramCall, ProgramSyntax, View, program_name};
use crate::shell::ShellCommand;

/// The effects of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    pub reads: PathSet,
    /// Paths that it creates or changes, including the owner and mode of files.
    pub writes: PathSet,
    pub deletes: PathSet,
    /// Directories that it certainly creates in addition to `writes`, under names that the tool chooses.
    pub creates: PathSet,
    pub network: bool,
    /// Its package manager request.
    pub packages: Option<PackageCall>,
    pub state: ShellEffects,
    /// Whether a service, an agent or a daemon may continue to run after it.
    pub starts: bool,
    /// Whether the command is unknown: then all of the above is the worst case.
    pub unknown: bool,
}

/// What a command changes in the shell that runs it, for the commands after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)]
pub struct ShellEffects {
    /// Whether it changes the working directory.
    pub directory: bool,
    /// Whether it changes variables.
    pub environment: bool,
    /// Whether it changes options: `set`, `umask`, `ulimit`, `trap`.
    pub options: bool,
    /// Whether it defines functions or aliases.
    pub definitions: bool,
    /// Whether the shell does not reach the next command: `exit`, `exec`.
    pub ends: bool,
}

impl ShellEffects {
    const ANY: Self =
        Self { directory: true, environment: true, options: true, definitions: true, ends: true };

    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Paths that the system creates for each RUN: no layer contains the files written there.
const VOLATILE: [&str; 6] = ["/dev", "/proc", "/sys", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname"];

impl Effects {
    /// The effects of an unknown command.
    #[must_use]
    pub(crate) fn unknown() -> Self {
        Self {
            reads: PathSet::Anything,
            writes: PathSet::Anything,
            deletes: PathSet::Anything,
            creates: PathSet::None,
            network: true,
            packages: None,
            state: ShellEffects::ANY,
            starts: true,
            unknown: true,
        }
    }

    /// Whether it writes or deletes anything.
    #[must_use]
    pub(crate) fn changes_files(&self) -> bool {
        !(self.writes.is_none() && self.deletes.is_none())
    }

    /// Whether it may write to paths that no layer contains, such as `/etc/hosts` and `/dev/shm`. Files that package
    /// managers install do not count.
    #[must_use]
    pub fn writes_volatile(&self) -> bool {
        let written = [&self.writes, &self.deletes];
        self.packages.is_none()
            && written.into_iter().any(|paths| VOLATILE.iter().any(|place| paths.may_overlap(place)))
    }

    pub(in crate::semantic) fn with_reads(reads: PathSet) -> Self {
        Self { reads, ..Self::default() }
    }

    pub(in crate::semantic) fn with_writes(writes: PathSet) -> Self {
        Self { writes, ..Self::default() }
    }
}

/// The effects of the command. `source`: the text of the file, for the redirections.
#[must_use]
pub fn command_effects(command: &ShellCommand, source: &[u8]) -> Effects {
    memo::get_or_insert_with(command, source, || compute_effects(command, source))
}

fn compute_effects(command: &ShellCommand, source: &[u8]) -> Effects {
    let mut effects = effects_of_named_program(command).unwrap_or_else(Effects::unknown);
    if let Some(name) = command.name.as_deref()
        && !command.runs_through(&["xargs"])
    {
        effects.creates =
            created::created_directories(program_name(name), command, effects.packages.as_ref());
    }
    // The shell runs nothing after the program that `exec` runs.
    effects.state.ends |= command.words.first().is_some_and(|word| word.text == "exec");
    for span in &command.redirections {
        let text = String::from_utf8_lossy(span.bytes(source));
        // A list of packages that `xargs` passes.
        if let Some(call) = &mut effects.packages
            && let Some(file) = text.strip_prefix('<').filter(|file| !file.starts_with(['<', '&', '(']))
        {
            call.files.push(file.trim().to_string());
        }
        redirections::add_redirection(&mut effects, &text);
    }
    effects
}

fn effects_of_named_program(command: &ShellCommand) -> Option<Effects> {
    let name = program_name(command.name.as_deref()?);
    // Under `xargs`, operands are not in the command; other wrappers prepare an environment first.
    if command.runs_through(&["xargs"]) || command.wrappers.iter().any(prepares_environment) {
        return managers::manager_effects(name, command);
    }
    builtins::builtin_effects(name, command)
        .or_else(|| managers::manager_effects(name, command))
        .or_else(|| files::file_effects(name, command))
        .or_else(|| text::text_effects(name, command))
        .or_else(|| archives::archive_effects(name, command))
        .or_else(|| downloads::download_effects(name, command))
        .or_else(|| accounts::account_effects(name, command))
        .or_else(|| services::service_effects(name, command))
        .or_else(|| programs::program_effects(name, command))
        .or_else(|| only_prints_information(command).then(Effects::default))
}

/// Whether a program prints its version or its help, and does nothing else. A program of the project may do anything.
fn only_prints_information(command: &ShellCommand) -> bool {
    let is_program = command.words.get(command.name_at).is_some_and(|word| !word.text.contains('/'));
    match command.arguments() {
        [only] => is_program && only.literal && matches!(only.text.as_str(), "--version" | "--help"),
        _ => false,
    }
}

/// Reads the command line, `valued`: the options that have a value (letters and long names, separated by spaces).
pub(crate) fn read_call<'r>(command: &'r ShellCommand, valued: &'static str) -> ProgramCall<'r> {
    program_with_options(valued).read_call_under_any_name(command, View::Exact)
}

const fn program_with_options(valued: &'static str) -> ProgramSyntax {
    ProgramSyntax { valued, ..ProgramSyntax::DEFAULT }
}

#[cfg(test)]
mod tests;
