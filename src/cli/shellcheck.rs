//! The ShellCheck program: it checks all files of a run at once, before they are linted.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;

use super::error::CliError;
use super::lint_file::read_source;
use super::print_note;
use super::threads::{map_in_parallel, thread_count};
use crate::files::discover::{CandidateFile, FileOrigin};
use crate::files::engine::LintEngine;
use crate::report::neutralize;
use crate::shellcheck::{ProgramChoice, ProgramFailure, ShellCheck};

/// The environment variable for `--shellcheck`.
pub(super) const VARIABLE: &str = "DOCKWRIGHT_SHELLCHECK";

/// Whether to print which program is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verbosity {
    Nothing,
    /// Only if the embedded analyzer is used.
    Less,
    Everything,
}

/// The program to use, if the user requests it.
///
/// # Errors
/// The requested program does not work.
pub(super) fn open_program(
    choice: &ProgramChoice,
    say: Verbosity,
) -> Result<Option<Arc<ShellCheck>>, CliError> {
    let opened = choice.open_program().map_err(|failure| match choice {
        ProgramChoice::Program(path) if failure.is_other_program() => wrong_program_error(path, &failure),
        _ => failure_error(&failure),
    })?;
    match &opened {
        Some(program) if say == Verbosity::Everything => {
            let shown = program.program().to_string_lossy();
            print_note(&format_args!(
                "checking `RUN` commands with `{}`, ShellCheck {}",
                neutralize(&shown),
                neutralize(program.version())
            ));
        }
        None if *choice == ProgramChoice::Auto && say != Verbosity::Nothing => {
            print_note(&"`shellcheck` is not installed; using the built-in analysis");
        }
        _ => {}
    }
    Ok(opened.map(Arc::new))
}

/// Runs ShellCheck on every RUN of the files ahead of time. Standard input and files that change meanwhile are
/// checked when they are linted.
///
/// # Errors
/// The system cannot start threads.
pub(super) fn check_scripts_ahead(
    program: &ShellCheck,
    files: &[(&CandidateFile, &LintEngine)],
    threads: Option<NonZeroUsize>,
) -> Result<(), CliError> {
    let scripts = map_in_parallel(files, threads, |(candidate, engine)| {
        if candidate.origin == FileOrigin::Stdin {
            return Vec::new();
        }
        // Linting reports the error.
        let Ok(source) = read_source(candidate) else { return Vec::new() };
        panic::catch_unwind(AssertUnwindSafe(|| engine.shellcheck_scripts(&source))).unwrap_or_default()
    })?;
    program.check_scripts(scripts.iter().flatten().map(String::as_str), thread_count(threads));
    Ok(())
}

/// The reason why some RUNs could not be checked, if there are any.
pub(super) fn shellcheck_error(program: Option<&Arc<ShellCheck>>) -> Option<CliError> {
    program.and_then(|program| program.failure()).map(failure_error)
}

/// ShellCheck itself does not work.
fn failure_error(failure: &ProgramFailure) -> CliError {
    CliError::usage(failure.to_string()).help("update or reinstall ShellCheck, or use `--shellcheck=off`")
}

/// The option or the variable names something else than ShellCheck.
fn wrong_program_error(path: &Path, failure: &ProgramFailure) -> CliError {
    let is_option = |argument: OsString| argument.to_string_lossy().starts_with("--shellcheck");
    let from_variable = std::env::var_os(VARIABLE).is_some_and(|value| value == path.as_os_str())
        && !std::env::args_os().any(is_option);
    let (name, help) = if from_variable {
        (
            format!("{VARIABLE}={}", path.display()),
            "set it to the path of ShellCheck, or to `off` for the built-in analysis",
        )
    } else {
        (
            format!("--shellcheck {}", path.display()),
            "use `--shellcheck=PATH` with the path of ShellCheck, or `--shellcheck=off` for the built-in analysis",
        )
    };
    CliError::usage(format!("`{name}`: {}", failure.reason())).help(help)
}
