//! [`ProgramChoice`]: the value of `--shellcheck`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{ProgramFailure, ShellCheck};

/// The program that finds ShellCheck's diagnostics.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProgramChoice {
    /// The embedded analyzer.
    #[default]
    Off,
    /// `shellcheck` if it is installed.
    Auto,
    /// This program.
    Program(PathBuf),
}

impl ProgramChoice {
    /// Parses `off`, `auto` or a path; an empty text means `off`.
    pub fn parse(written: &OsStr) -> Self {
        match written.to_str() {
            Some("off" | "") => Self::Off,
            Some("auto") => Self::Auto,
            _ => Self::Program(written.into()),
        }
    }

    /// The program to run; `None` for the embedded analyzer.
    ///
    /// # Errors
    /// The program does not exist or does not work.
    pub fn open_program(&self) -> Result<Option<ShellCheck>, ProgramFailure> {
        match self {
            Self::Off => Ok(None),
            Self::Auto => match ShellCheck::open(Path::new("shellcheck")) {
                Err(failure) if failure.is_missing() => Ok(None),
                opened => opened.map(Some),
            },
            Self::Program(path) => ShellCheck::open(path).map(Some),
        }
    }
}
