//! `check --show-files` and `--show-settings`.

use std::path::Path;

use super::args::CheckArgs;
use super::error::CliError;
use super::jobs::FileJob;
use super::lint_file::is_dockerfile;
use super::output::write_output;
use super::{ExitStatus, print_error};
use crate::config::ConfigResolver;
use crate::files::discover::FileOrigin;
use crate::report::neutralize;

/// Whether the file of a job exists; otherwise an error is printed.
pub(super) fn exists(job: &FileJob, exit: &mut ExitStatus) -> bool {
    let candidate = &job.candidate;
    if candidate.origin == FileOrigin::Stdin || candidate.inline_dockerfile().is_some() {
        return true;
    }
    match candidate.path.metadata() {
        Ok(_) => true,
        Err(error) => {
            print_error(&CliError::read(&candidate.path, error));
            *exit = ExitStatus::Failed;
            false
        }
    }
}

pub(super) fn show_files(jobs: &[FileJob]) -> Result<(), CliError> {
    let shown = jobs.iter().map(|job| &job.candidate).filter(|candidate| is_dockerfile(candidate));
    let mut names = shown.map(|candidate| neutralize(&candidate.shown));
    write_output(None, |out| names.try_for_each(|name| writeln!(out, "{name}")))
}

pub(super) fn show_settings(args: &CheckArgs, current: &Path, jobs: &[FileJob]) -> Result<(), CliError> {
    let (path, shown) = match jobs.first() {
        Some(job) => (job.candidate.absolute.clone(), job.candidate.shown.clone()),
        None => (current.join("Dockerfile"), "Dockerfile".to_string()),
    };
    let resolved =
        ConfigResolver::new(args.configuration.source(current), args.settings_layer()).resolve(&path)?;
    write_output(None, |out| {
        writeln!(out, "# settings for {}", neutralize(&shown))?;
        match &resolved.config.path {
            Some(path) => writeln!(out, "# from {}", neutralize(&path.to_string_lossy()))?,
            None => writeln!(out, "# no configuration file")?,
        }
        for path in &resolved.config.extended {
            writeln!(out, "# which extends {}", neutralize(&path.to_string_lossy()))?;
        }
        if args.terminal.verbose {
            return write!(out, "{}", resolved.settings.as_toml());
        }
        write!(out, "{}", resolved.settings.changes_as_toml())?;
        writeln!(out, "# all settings and rules: --show-settings --verbose")
    })
}
