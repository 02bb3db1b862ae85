//! What keeps a command from doing its work.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::config;
use crate::report::inert;

/// A failure of the command as a whole.
#[derive(Debug)]
pub enum Error {
    /// A configuration cannot be used.
    Config(config::Error),
    /// The arguments do not go together, or name what there is not.
    Usage(String),
    /// A file cannot be read or written; `verb` says which.
    File { verb: &'static str, path: PathBuf, error: io::Error },
    /// A baseline cannot be read.
    Baseline(PathBuf, crate::baseline::BaselineError),
    /// Standard output cannot be written to.
    Output(io::Error),
    /// The program that is to check the shell does not.
    ShellCheck(String),
    /// The machine gives no threads.
    Threads(rayon::ThreadPoolBuildError),
}

impl Error {
    /// A file that cannot be read.
    pub fn read(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "read", path: path.to_path_buf(), error }
    }

    /// A file that cannot be written.
    pub fn write(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "written", path: path.to_path_buf(), error }
    }

    /// Whether nobody reads the output any more, which is no error.
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
                write!(f, "`{}` cannot be {verb} ({})", inert(&path.to_string_lossy()), reason(error))
            }
            Self::Baseline(path, error) => {
                write!(
                    f,
                    "`{}` cannot be used ({})",
                    inert(&path.to_string_lossy()),
                    inert(&error.to_string())
                )
            }
            Self::Output(error) => write!(f, "standard output cannot be written to ({})", reason(error)),
            Self::Threads(error) => write!(f, "no threads can be started ({error})"),
        }
    }
}

/// Why a file cannot be read or written, without the number that the system gives it.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_string(),
        ErrorKind::IsADirectory => "it is a folder".to_string(),
        ErrorKind::FileTooLarge => "it is too large".to_string(),
        kind => kind.to_string(),
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
