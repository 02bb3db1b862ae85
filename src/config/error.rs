//! Errors in a configuration.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::error_text::ErrorText;
use crate::library_errors::explain_read_error;

/// A path as a user would write it: relative, if the file is below the current directory, or in a directory above it.
pub(crate) fn shown_path(path: &Path) -> String {
    std::env::current_dir()
        .map_or_else(|_| path.display().to_string(), |current| path_relative_to(path, &current))
}

fn path_relative_to(path: &Path, current: &Path) -> String {
    if let Ok(inside) = path.strip_prefix(current) {
        return if inside.as_os_str().is_empty() { ".".to_string() } else { inside.display().to_string() };
    }
    let absolute = path.display().to_string();
    let directory = path.parent().filter(|directory| directory.is_absolute());
    let above = directory.and_then(|directory| current.strip_prefix(directory).ok());
    match (above, path.file_name()) {
        (Some(below), Some(name)) if !below.as_os_str().is_empty() => {
            let relative = format!("{}{}", "../".repeat(below.components().count()), name.to_string_lossy());
            if relative.len() <= absolute.len() { relative } else { absolute }
        }
        _ => absolute,
    }
}

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

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &Path, error: &io::Error) -> Self {
        let ErrorText { message, help } = explain_read_error(error);
        Self { help, ..Self::in_file(file, message) }
    }

    /// Adds the line (from 1) of the byte at `offset` of the file's text.
    #[must_use]
    pub(crate) fn with_line_of(mut self, offset: usize, text: &str) -> Self {
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
    pub(crate) fn text_without_help(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{}:{line}: {}", shown_path(file), self.message),
            (Some(file), None) => format!("{}: {}", shown_path(file), self.message),
            (None, _) => self.message.clone(),
        }
    }
}

/// The text on one line.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text_without_help())?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_shorter_path_is_shown() {
        for (path, expected) in [
            ("/a/b/x.toml", "x.toml"),
            ("/a/b/c/x.toml", "c/x.toml"),
            ("/a/x.toml", "../x.toml"),
            ("/x.toml", "/x.toml"),
            ("/a/other/x.toml", "/a/other/x.toml"),
            ("/a/b", "."),
            ("x.toml", "x.toml"),
            ("c/x.toml", "c/x.toml"),
        ] {
            assert_eq!(path_relative_to(Path::new(path), Path::new("/a/b")), expected, "{path}");
        }
    }
}
