//! [`ProgramFailure`]: why ShellCheck returned no result.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::library_errors::describe_io_error;

/// The reason for the failure.
#[derive(Debug)]
pub struct ProgramFailure {
    program: PathBuf,
    pub(super) why: FailureReason,
}

#[derive(Debug)]
pub(super) enum FailureReason {
    Start(io::Error),
    /// The scripts could not be written to a directory for it.
    Scripts(io::Error),
    /// The program is not ShellCheck, or is an unknown version of it.
    Stranger,
    Late(Duration),
    /// The program exited with this status, and printed this text to standard error.
    Ended(ExitStatus, String),
    Unreadable(String),
}

impl ProgramFailure {
    pub(super) fn new(program: &Path, why: FailureReason) -> Self {
        Self { program: program.to_path_buf(), why }
    }

    /// The same failure with the path of the program as the user wrote it.
    pub(super) fn with_program_path(self, program: &Path) -> Self {
        Self::new(program, self.why)
    }

    /// Whether the program was not found.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(&self.why, FailureReason::Start(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for ProgramFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match &self.why {
            FailureReason::Start(_) if self.is_missing() => {
                write!(f, "{program}: cannot run ShellCheck (no such program)")
            }
            FailureReason::Start(error) => {
                write!(f, "{program}: cannot run ShellCheck ({})", describe_io_error(error))
            }
            FailureReason::Scripts(error) => {
                write!(f, "{program}: cannot write the scripts to check ({})", describe_io_error(error))
            }
            FailureReason::Stranger => write!(f, "{program}: not ShellCheck"),
            FailureReason::Late(limit) => {
                write!(f, "{program}: did not finish within {} seconds", limit.as_secs())
            }
            FailureReason::Ended(status, said) => {
                write!(f, "{program}: failed ({status}")?;
                match said.lines().map(str::trim).find(|line| !line.is_empty()) {
                    Some(line) => write!(f, ", {line})"),
                    None => write!(f, ")"),
                }
            }
            FailureReason::Unreadable(why) => write!(f, "{program}: unexpected output ({why})"),
        }
    }
}

impl std::error::Error for ProgramFailure {}
