//! Errors in a configuration.

use std::fmt;
use std::path::PathBuf;

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// The file, or `None` if the error is in the command line.
    pub file: Option<PathBuf>,
    /// Line in the file, counted from 1.
    pub line: Option<usize>,
    pub message: String,
    pub help: Option<String>,
}

impl ConfigError {
    /// About a file as a whole.
    pub(crate) fn in_file(file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { file: Some(file.into()), line: None, message: message.into(), help: None }
    }

    /// Adds the line (from 1) of the byte at `offset` of the file's text.
    #[must_use]
    pub(crate) fn at(mut self, offset: usize, text: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        self.line = Some(before.bytes().filter(|byte| *byte == b'\n').count() + 1);
        self
    }

    /// Adds the name that was probably meant, or `otherwise` if no name is similar.
    #[must_use]
    pub(crate) fn did_you_mean(mut self, nearest: Option<&str>, otherwise: impl FnOnce() -> String) -> Self {
        self.help = Some(nearest.map_or_else(otherwise, |name| format!("did you mean `{name}`?")));
        self
    }

    /// File, line and message, without the help.
    #[must_use]
    pub(crate) fn headline(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{}:{line}: {}", file.display(), self.message),
            (Some(file), None) => format!("{}: {}", file.display(), self.message),
            (None, _) => self.message.clone(),
        }
    }
}

/// On one line.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl std::error::Error for ConfigError {}
