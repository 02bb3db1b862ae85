//! `--baseline`, `--write-baseline` and the baselines of configurations: the files, and the notes about them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::TerminalArgs;
use super::error::CliError;
use super::output::reject_dockerfile;
use super::{ExitStatus, print_note};
use crate::baseline::{Baseline, KnownProblems, LoadedBaseline, relative_path};
use crate::config::{Settings, absolute_path};
use crate::diagnostic::Severity;
use crate::report::{Results, neutralize};

/// The baselines of a run.
#[derive(Debug)]
pub(super) struct BaselineRun {
    /// The baseline of the command line, which replaces those of configurations.
    named: Option<LoadedBaseline>,
    /// The baselines of configurations, by their absolute paths.
    configured: BTreeMap<PathBuf, LoadedBaseline>,
    /// The file to write, and its absolute directory.
    written: Option<(PathBuf, PathBuf)>,
}

/// Entries of one baseline that no longer match a problem.
#[derive(Debug, Default)]
pub(super) struct StaleEntries {
    /// By the path of the baseline; then by the name of the file, as the user would write it.
    baselines: BTreeMap<PathBuf, BTreeMap<String, KnownProblems>>,
}

impl BaselineRun {
    /// Reads the baseline of the command line, or else those that the settings name.
    ///
    /// # Errors
    /// One of them cannot be read, or is not a baseline.
    pub(super) fn new<'s>(
        read: Option<&Path>,
        write: Option<&Path>,
        current: &Path,
        settings: impl IntoIterator<Item = &'s Settings>,
    ) -> Result<Self, CliError> {
        let parent_directory =
            |path: &Path| absolute_path(current, path).parent().unwrap_or(current).to_path_buf();
        let open = |path: &Path| {
            LoadedBaseline::read(path, &parent_directory(path))
                .map_err(|error| CliError::Baseline(path.to_path_buf(), error))
        };
        let mut configured = BTreeMap::new();
        if read.is_none() && write.is_none() {
            let paths: BTreeSet<_> =
                settings.into_iter().filter_map(|settings| settings.baseline.as_ref()).collect();
            for path in paths {
                let near = path.strip_prefix(current).unwrap_or(path);
                configured.insert(path.clone(), open(near).map_err(CliError::in_configured_baseline)?);
            }
        }
        Ok(Self {
            named: read.map(open).transpose()?,
            configured,
            written: write.map(|path| (path.to_path_buf(), parent_directory(path))),
        })
    }

    /// The baseline for a file with these settings.
    fn baseline_for_settings(&self, settings: &Settings) -> Option<&LoadedBaseline> {
        self.named.as_ref().or_else(|| self.configured.get(settings.baseline.as_ref()?))
    }

    /// The known problems of the file with this absolute path.
    #[must_use]
    pub(super) fn problems_of_file(&self, file: &Path, settings: &Settings) -> Option<&KnownProblems> {
        self.baseline_for_settings(settings)?.problems_of_file(file)
    }

    /// The entries of files that no longer exist.
    #[must_use]
    pub(super) fn stale_entries(&self) -> StaleEntries {
        let mut stale = StaleEntries::default();
        for file in self.named.iter().chain(self.configured.values()) {
            let gone = file.baseline.files.iter().filter(|(name, _)| !file.directory.join(name).exists());
            let gone: BTreeMap<_, _> = gone.map(|(name, known)| (name.clone(), known.clone())).collect();
            stale.baselines.insert(file.path.clone(), gone);
        }
        stale
    }

    /// Adds the entries of a file in which nothing was found.
    pub(super) fn record_stale_entries(
        &self,
        stale: &mut StaleEntries,
        name: &str,
        settings: &Settings,
        entries: &KnownProblems,
    ) {
        let Some(file) = self.baseline_for_settings(settings) else { return };
        // A rule that does not run finds nothing.
        let mut entries = entries.clone();
        entries.retain(|entry, _| settings.is_enabled(&entry.code));
        if !entries.is_empty() {
            stale.baselines.entry(file.path.clone()).or_default().insert(name.to_string(), entries);
        }
    }

    /// Writes a baseline of all problems in the results, and removes them from the results. `files` are the
    /// absolute paths of the results' files. Returns the results that are still to be reported.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(
        &self,
        terminal: &TerminalArgs,
        files: &[PathBuf],
        results: &mut Results,
    ) -> Result<ExitStatus, CliError> {
        let Some((target, directory)) = &self.written else { return Ok(ExitStatus::Clean) };
        let mut baseline = Baseline::default();
        let mut exit = ExitStatus::Clean;
        for (path, file) in files.iter().zip(&mut results.files) {
            let found: Vec<_> = file.diagnostics.iter().map(|located| &located.diagnostic).collect();
            baseline.record_file(relative_path(directory, path), &file.source, &found);
            file.diagnostics.retain(|located| located.diagnostic.is_certain_build_error());
            if file.diagnostics.iter().any(|located| located.diagnostic.severity >= Severity::Warning) {
                exit = ExitStatus::Found;
            }
        }
        if target.as_os_str() == "-" {
            return Err(
                CliError::usage("`--write-baseline -`: standard output is not supported").help("name a file")
            );
        }
        reject_dockerfile(target)?;
        write_atomically(target, &baseline.to_json()).map_err(|error| CliError::write(target, error))?;
        if !terminal.quiet {
            let number = baseline.problem_count();
            let noun = if number == 1 { "problem" } else { "problems" };
            print_note(&format_args!(
                "recorded {number} {noun} in {}",
                neutralize(&target.to_string_lossy())
            ));
        }
        Ok(exit)
    }
}

/// Replaces the file in one step, so that no partial file is left. A link stays a link to the file, and a device or a
/// pipe is written to.
fn write_atomically(path: &Path, text: &str) -> std::io::Result<()> {
    if path.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    // A link may lead to a file that does not exist yet.
    let is_special = path.metadata().map_or_else(|_| path.is_symlink(), |about| !about.is_file());
    if is_special {
        return std::fs::write(path, text);
    }
    let real = path.canonicalize();
    let path = real.as_deref().unwrap_or(path);
    let directory =
        path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".dockwright-").tempfile_in(directory)?;
    temporary.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = path.metadata().map_or(0o644, |known| known.permissions().mode());
        temporary.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

impl StaleEntries {
    /// Prints the number of stale entries of each baseline, and with `--verbose` the entries.
    pub(super) fn print(&self, terminal: &TerminalArgs) {
        for (path, files) in &self.baselines {
            let number: usize = files.values().flat_map(BTreeMap::values).sum();
            if number == 0 {
                continue;
            }
            if terminal.verbose {
                for (name, known) in files {
                    for entry in known.keys() {
                        let (code, text) = (neutralize(&entry.code), neutralize(&entry.text));
                        print_note(&format_args!("{}: no longer found: {code} (`{text}`)", neutralize(name)));
                    }
                }
            }
            let path = neutralize(&path.to_string_lossy()).into_owned();
            let (noun, verb) = if number == 1 { ("problem", "is") } else { ("problems", "are") };
            print_note(&format_args!(
                "{number} {noun} in {path} {verb} no longer reported; update it with `--write-baseline {path}`"
            ));
        }
    }
}
