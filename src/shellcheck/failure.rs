//! [`Failure`]: why ShellCheck gives no answer.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::library_errors::io_error;

/// What the program named did not do.
#[derive(Debug)]
pub struct Failure {
    program: PathBuf,
    why: Why,
}

#[derive(Debug)]
pub(super) enum Why {
    Start(io::Error),
    /// The scripts cannot be written to a folder for it.
    Scripts(io::Error),
    /// It is another program, or a version that cannot be told.
    Stranger,
    Late(Duration),
    /// It ended so, after this on standard error.
    Ended(ExitStatus, String),
    Unreadable(String),
}

impl Failure {
    pub(super) fn new(program: &Path, why: Why) -> Self {
        Self { program: program.to_path_buf(), why }
    }

    /// Whether there is no such program.
    pub fn is_missing(&self) -> bool {
        matches!(&self.why, Why::Start(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match &self.why {
            Why::Start(_) if self.is_missing() => {
                write!(f, "cannot run `{program}` as ShellCheck: no such program")
            }
            Why::Start(error) => write!(f, "cannot run `{program}` as ShellCheck: {}", io_error(error)),
            Why::Scripts(error) => {
                write!(f, "cannot write scripts for `{program}`: {}", io_error(error))
            }
            Why::Stranger => write!(f, "`{program}` is not ShellCheck"),
            Why::Late(limit) => write!(f, "`{program}` did not answer within {} seconds", limit.as_secs()),
            Why::Ended(status, said) => {
                write!(f, "`{program}` failed ({status}")?;
                match said.lines().map(str::trim).find(|line| !line.is_empty()) {
                    Some(line) => write!(f, ", {line})"),
                    None => write!(f, ")"),
                }
            }
            Why::Unreadable(why) => write!(f, "`{program}` printed unexpected output ({why})"),
        }
    }
}

impl std::error::Error for Failure {}
