//! Errors that end a command.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::config;
use crate::library_errors::io_error;
use crate::report::inert;

/// A failure of the command as a whole.
#[derive(Debug)]
pub enum Error {
    /// A configuration cannot be used.
    Config(config::Error),
    /// The arguments contradict each other or name something that does not exist.
    Usage(String),
    /// A file cannot be read or written; `verb` is `read` or `write`.
    File { verb: &'static str, path: PathBuf, error: io::Error },
    /// A baseline cannot be read.
    Baseline(PathBuf, crate::baseline::BaselineError),
    /// Standard output cannot be written to.
    Output(io::Error),
    /// Standard input cannot be read.
    Input(io::Error),
    /// ShellCheck does not work.
    ShellCheck(String),
    /// The system cannot start threads.
    Threads(io::Error),
}

impl Error {
    /// A file that cannot be read.
    pub fn read(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "read", path: path.to_path_buf(), error }
    }

    /// A file that cannot be written.
    pub fn write(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "write", path: path.to_path_buf(), error }
    }

    /// Whether the reader of the output has closed it, which is not an error.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => f.write_str(&inert(&error.to_string())),
            Self::Usage(message) | Self::ShellCheck(message) => f.write_str(&inert(message)),
            Self::File { verb, path, error } => {
                write!(f, "cannot {verb} `{}`: {}", inert(&path.to_string_lossy()), io_error(error))
            }
            Self::Baseline(path, error) => {
                write!(f, "`{}` {}", inert(&path.to_string_lossy()), inert(&error.to_string()))
            }
            Self::Output(error) => write!(f, "cannot write to standard output: {}", io_error(error)),
            Self::Input(error) => write!(f, "cannot read standard input: {}", inert(&io_error(error))),
            Self::Threads(error) => write!(f, "cannot start threads: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<config::Error> for Error {
    fn from(error: config::Error) -> Self {
        Self::Config(error)
    }
}

/// For what is written to standard output.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
