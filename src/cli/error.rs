//! Errors that end a command.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::config;
use crate::error_text::ErrorText;
use crate::library_errors::describe_io_error;
use crate::report::neutralize;

/// A failure of the command as a whole.
#[derive(Debug)]
pub(super) enum CliError {
    /// A configuration cannot be used.
    Config(config::ConfigError),
    /// The arguments contradict each other or name something that does not exist.
    Usage(ErrorText),
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

impl CliError {
    /// A file that cannot be read.
    pub(super) fn read(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "read", path: path.to_path_buf(), error }
    }

    /// A file that cannot be written.
    pub(super) fn write(path: &Path, error: io::Error) -> Self {
        Self::File { verb: "write", path: path.to_path_buf(), error }
    }

    /// Arguments that cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(ErrorText::new(message))
    }

    /// Adds advice on what to do. The other errors already contain advice.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Usage(text) => Self::Usage(text.help(help)),
            other => other,
        }
    }

    /// What to do about it.
    fn advice(&self) -> Option<&str> {
        match self {
            Self::Config(error) => error.help.as_deref(),
            Self::Usage(text) => text.help.as_deref(),
            Self::Baseline(..) => Some("create a baseline with `dockwright check --write-baseline FILE`"),
            Self::ShellCheck(_) => {
                Some("give the path of a ShellCheck program, or `off` for the built-in analysis")
            }
            Self::File { verb, error, .. } => match (error.kind(), *verb == "write") {
                (ErrorKind::NotFound, true) => Some("create the directory first"),
                (ErrorKind::NotFound, false) => Some("check the path"),
                (ErrorKind::IsADirectory, _) => Some("name a file"),
                (ErrorKind::PermissionDenied, true) => Some("choose another file, or change its permissions"),
                (ErrorKind::PermissionDenied, false) => Some("change its permissions"),
                (ErrorKind::AlreadyExists, _) => Some("name another file, or use `-` for standard output"),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the reader of the output has closed it, which is not an error.
    #[must_use]
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => f.write_str(&neutralize(&error.text_without_help())),
            Self::Usage(ErrorText { message, .. }) | Self::ShellCheck(message) => {
                f.write_str(&neutralize(message))
            }
            Self::File { verb, path, error } => {
                let path = path.to_string_lossy();
                let path = neutralize(&path);
                // A file that does not exist is created when it is written.
                if *verb == "write" && error.kind() == ErrorKind::NotFound {
                    write!(f, "{path}: cannot write file (no such directory)")
                } else if error.kind() == ErrorKind::AlreadyExists {
                    write!(f, "{path}: {}", describe_io_error(error))
                } else {
                    write!(f, "{path}: cannot {verb} file ({})", describe_io_error(error))
                }
            }
            Self::Baseline(path, error) => {
                write!(f, "{}: {}", neutralize(&config::shown_path(path)), neutralize(&error.to_string()))
            }
            Self::Output(error) => write!(f, "standard output: cannot write ({})", describe_io_error(error)),
            Self::Input(error) => {
                write!(f, "standard input: cannot read ({})", neutralize(&describe_io_error(error)))
            }
            Self::Threads(error) => write!(f, "cannot start threads ({})", describe_io_error(error)),
        }?;
        self.advice().iter().try_for_each(|help| write!(f, "\n  help: {}", neutralize(help)))
    }
}

impl std::error::Error for CliError {}

impl From<config::ConfigError> for CliError {
    fn from(error: config::ConfigError) -> Self {
        Self::Config(error)
    }
}

/// Errors when writing to standard output.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
