//! [`ProgramFailure`]: why ShellCheck returned no result.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::library_errors::describe_io_error;

/// The system's error number for a file that is executable, but not a program.
const ENOEXEC: i32 = 8;

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

    /// Whether another program was meant: this one cannot be started, or is not ShellCheck.
    #[must_use]
    pub fn is_other_program(&self) -> bool {
        matches!(self.why, FailureReason::Start(_) | FailureReason::Stranger)
    }

    /// What happened, without the program.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.why {
            FailureReason::Start(_) if self.is_missing() => {
                "cannot run ShellCheck (no such program)".to_string()
            }
            FailureReason::Start(error) if error.raw_os_error() == Some(ENOEXEC) => {
                "cannot run ShellCheck (not a program)".to_string()
            }
            FailureReason::Start(error) => format!("cannot run ShellCheck ({})", describe_io_error(error)),
            FailureReason::Scripts(error) => {
                format!("cannot write the scripts to check ({})", describe_io_error(error))
            }
            FailureReason::Stranger => "not ShellCheck".to_string(),
            FailureReason::Late(limit) => {
                format!("ShellCheck did not finish within {} seconds", limit.as_secs())
            }
            FailureReason::Ended(status, said) => {
                let status = status.to_string().replace(": ", " ");
                match said.lines().map(str::trim).find(|line| !line.is_empty()) {
                    Some(line) => format!("ShellCheck failed ({status}, {line})"),
                    None => format!("ShellCheck failed ({status})"),
                }
            }
            FailureReason::Unreadable(why) => format!("unexpected output of ShellCheck ({why})"),
        }
    }

    /// Whether the program was not found.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(&self.why, FailureReason::Start(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for ProgramFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.program.display(), self.reason())
    }
}

impl std::error::Error for ProgramFailure {}
