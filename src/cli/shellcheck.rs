//! ShellCheck, the program, for a run over many files: it is asked about all of them at once, before they are
//! linted.

use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use super::error::Error;
use super::lint_file::read;
use super::note;
use super::threads::{number_of_threads, side_by_side};
use crate::files::discover::{Candidate, Origin};
use crate::files::engine::Engine;
use crate::report::inert;
use crate::shellcheck::{Choice, ShellCheck};

/// The environment variable for `--shellcheck`.
pub const VARIABLE: &str = "DOCKWRIGHT_SHELLCHECK";

/// How much to say about which program is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    Nothing,
    /// Where the embedded analyser has to do.
    Less,
    Everything,
}

/// The program to ask, if it is wanted.
///
/// # Errors
/// The program that is wanted does not work.
pub fn open(choice: &Choice, say: Say) -> Result<Option<Arc<ShellCheck>>, Error> {
    let opened = choice.open().map_err(|failure| Error::ShellCheck(failure.to_string()))?;
    match &opened {
        Some(program) if say == Say::Everything => {
            let shown = program.program().to_string_lossy();
            note(&format_args!(
                "checking `RUN` commands with `{}`, ShellCheck {}",
                inert(&shown),
                inert(program.version())
            ));
        }
        None if *choice == Choice::Auto && say != Say::Nothing => {
            note(&"`shellcheck` is not installed; using the built-in analysis");
        }
        _ => {}
    }
    Ok(opened.map(Arc::new))
}

/// Asks about every RUN of the files. What has come in on standard input is asked about when it is linted, and
/// so is what changes meanwhile.
///
/// # Errors
/// The machine gives no threads.
pub fn ask_ahead(
    program: &ShellCheck,
    files: &[(&Candidate, &Engine)],
    threads: Option<NonZeroUsize>,
) -> Result<(), Error> {
    let scripts = side_by_side(files, threads, |(candidate, engine)| {
        if candidate.origin == Origin::Stdin {
            return Vec::new();
        }
        // Linting will say what is wrong with the file.
        let Ok(source) = read(candidate) else { return Vec::new() };
        panic::catch_unwind(AssertUnwindSafe(|| engine.scripts(&source))).unwrap_or_default()
    })?;
    program.ask(scripts.iter().flatten().map(String::as_str), number_of_threads(threads));
    Ok(())
}

/// Why some RUNs could not be checked, if so.
pub fn failure(program: Option<&Arc<ShellCheck>>) -> Option<Error> {
    program.and_then(|program| program.failure()).map(|failure| Error::ShellCheck(failure.to_string()))
}
