//! `--baseline` and `--write-baseline`: the file, and the notes about it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::TerminalArgs;
use super::error::CliError;
use super::{Exit, print_note};
use crate::baseline::{Baseline, KnownProblems, relative_path};
use crate::config::absolute_path;
use crate::diagnostic::Severity;
use crate::report::{Results, neutralize};

/// The baseline of a run.
#[derive(Debug)]
pub struct BaselineRun {
    /// The directory that paths in it are relative to.
    directory: PathBuf,
    /// Its file.
    path: PathBuf,
    known: Option<Baseline>,
}

/// Entries for which nothing is found any more.
#[derive(Debug, Default)]
pub struct StaleEntries {
    /// As the user would write the name of the file.
    files: BTreeMap<String, KnownProblems>,
    path: PathBuf,
}

impl BaselineRun {
    /// Reads the baseline, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is not a baseline.
    pub fn new(read: Option<&Path>, write: Option<&Path>, current: &Path) -> Result<Self, CliError> {
        let path = read.or(write).unwrap_or(Path::new("")).to_path_buf();
        let directory = absolute_path(current, &path).parent().unwrap_or(current).to_path_buf();
        let known = match read {
            None => None,
            Some(path) => {
                let text = std::fs::read(path).map_err(|error| CliError::read(path, error))?;
                Some(Baseline::parse(&text).map_err(|error| CliError::Baseline(path.to_path_buf(), error))?)
            }
        };
        Ok(Self { directory, path, known })
    }

    /// What is known of the file with this absolute path.
    #[must_use]
    pub fn known(&self, file: &Path) -> Option<&KnownProblems> {
        self.known.as_ref()?.files.get(&relative_path(&self.directory, file))
    }

    /// The entries of files that are not there any more.
    #[must_use]
    pub fn stale(&self) -> StaleEntries {
        let files = self.known.iter().flat_map(|known| &known.files);
        let gone = files.filter(|(name, _)| !self.directory.join(name).exists());
        StaleEntries {
            files: gone.map(|(name, known)| (name.clone(), known.clone())).collect(),
            path: self.path.clone(),
        }
    }

    /// Writes a baseline of everything in the results, and takes that out of them. `files` are the absolute paths
    /// of the results' files. Gives back what is to be said of what is left.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(
        &self,
        terminal: &TerminalArgs,
        files: &[PathBuf],
        results: &mut Results,
    ) -> Result<Exit, CliError> {
        let mut baseline = Baseline::default();
        let mut exit = Exit::Clean;
        for (path, file) in files.iter().zip(&mut results.files) {
            let found: Vec<_> = file.diagnostics.iter().map(|located| &located.diagnostic).collect();
            baseline.take(relative_path(&self.directory, path), &file.source, &found);
            file.diagnostics.retain(|located| located.diagnostic.is_final());
            if file.diagnostics.iter().any(|located| located.diagnostic.severity >= Severity::Warning) {
                exit = Exit::Found;
            }
        }
        write(&self.path, &baseline.to_json()).map_err(|error| CliError::write(&self.path, error))?;
        if !terminal.quiet {
            let number = baseline.len();
            let noun = if number == 1 { "problem" } else { "problems" };
            print_note(&format_args!(
                "recorded {number} {noun} in {}",
                neutralize(&self.path.to_string_lossy())
            ));
        }
        Ok(exit)
    }
}

/// Replaces the file in one step, so that no partial file is left.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let directory =
        path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".dockwright-").tempfile_in(directory)?;
    beside.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = path.metadata().map_or(0o644, |known| known.permissions().mode());
        beside.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

impl StaleEntries {
    /// Takes in what is stale of one file.
    pub fn add(&mut self, name: &str, stale: &KnownProblems) {
        if !stale.is_empty() {
            self.files.insert(name.to_string(), stale.clone());
        }
    }

    /// Prints how many there are, and with `--verbose` which.
    pub fn say(&self, terminal: &TerminalArgs) {
        let number: usize = self.files.values().flat_map(BTreeMap::values).sum();
        if number == 0 {
            return;
        }
        if terminal.verbose {
            for (name, known) in &self.files {
                for entry in known.keys() {
                    let (code, text) = (neutralize(&entry.code), neutralize(&entry.text));
                    print_note(&format_args!("{}: no longer found: {code} (`{text}`)", neutralize(name)));
                }
            }
        }
        let path = neutralize(&self.path.to_string_lossy()).into_owned();
        let (noun, verb) = if number == 1 { ("problem", "is") } else { ("problems", "are") };
        print_note(&format_args!(
            "{number} {noun} in {path} {verb} fixed; update it with `--write-baseline {path}`"
        ));
    }
}
