//! Errors that end a command.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::baseline::BaselineError;
use crate::config;
use crate::error_text::ErrorText;
use crate::library_errors::{
    advise_on_read_error, describe_io_error, explain_read_error, explain_write_error,
};
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
    Baseline(PathBuf, BaselineError),
    /// Standard output cannot be written to.
    Output(io::Error),
    /// Standard input cannot be read.
    Input(io::Error),
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

    /// The same error about a baseline that the configuration names.
    #[must_use]
    pub(super) fn in_configured_baseline(self) -> Self {
        let Self::Baseline(path, error) = &self else { return self };
        let path = config::shown_path(path);
        let help = match error {
            BaselineError::Io(error) if error.kind() == ErrorKind::NotFound => format!(
                "correct `baseline` in the configuration, or run `dockwright check --write-baseline {path}`"
            ),
            _ => advise_on_baseline_error(Path::new(&path), error),
        };
        Self::usage(format!("{path}: {error}")).help(help)
    }

    /// What to do about it.
    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::Config(error) => return error.help.clone(),
            Self::Usage(text) => return text.help.clone(),
            Self::Baseline(path, error) => advise_on_baseline_error(path, error),
            Self::File { verb: "write", error, .. } => explain_write_error(error).help?,
            // Only the language server reads messages.
            Self::Input(error) if error.kind() == ErrorKind::InvalidData => {
                "start `dockwright lsp` from an editor, which sends LSP messages".to_string()
            }
            Self::File { error, .. } | Self::Input(error) => advise_on_read_error(error).to_string(),
            Self::Output(error) => match error.kind() {
                ErrorKind::StorageFull => "free some space on the disk".to_string(),
                _ => "write to a file with a redirection (`> FILE`)".to_string(),
            },
            Self::Threads(_) => "use fewer threads, as in `--jobs 1`".to_string(),
        })
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
            Self::Usage(ErrorText { message, .. }) => f.write_str(&neutralize(message)),
            Self::File { verb, path, error } => {
                let path = path.to_string_lossy();
                // An empty path is only visible in quotes.
                let path = if path.is_empty() { "``".into() } else { neutralize(&path) };
                match (*verb, error.kind()) {
                    (_, ErrorKind::AlreadyExists) => write!(f, "{path}: {}", describe_io_error(error)),
                    ("write", _) => write!(f, "{path}: {}", explain_write_error(error).message),
                    _ => write!(f, "{path}: {}", explain_read_error(error).message),
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

/// What to do about a baseline that cannot be used.
fn advise_on_baseline_error(path: &Path, error: &BaselineError) -> String {
    let create = format!("`dockwright check --write-baseline {}`", config::shown_path(path));
    match error {
        BaselineError::Io(error) if error.kind() == ErrorKind::NotFound => {
            format!("check the path, or create a baseline with {create}")
        }
        BaselineError::Io(error) => advise_on_read_error(error).to_string(),
        _ => format!("write a new baseline with {create}"),
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
