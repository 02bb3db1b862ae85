//! The files that a command works on, each with its settings.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::args::{FileArgs, TerminalArgs};
use super::error::CliError;
use super::lint_file::INSIDE_BUILD_FILE;
use super::since::LineSet;
use super::{ExitStatus, print_error, print_note};
use crate::config::{ConfigResolver, PathGlobs, Settings, shown_path};
use crate::error_text::ErrorText;
use crate::facts::count_noun;
use crate::files::discover::{CandidateFile, FileFinder, FileOrigin};
use crate::report::neutralize;

/// A file and its settings.
pub(super) struct FileJob {
    pub(crate) candidate: CandidateFile,
    pub settings: Arc<Settings>,
    /// The lines to report on; `None` for all.
    pub changed: Option<LineSet>,
}

/// The files to work on.
pub(super) struct FoundJobs {
    pub(super) jobs: Vec<FileJob>,
    /// The number of Dockerfiles that `--exclude` or a configuration excludes.
    pub(super) excluded: usize,
}

/// Where files and settings come from.
pub(super) struct FileSearch<'a> {
    pub current: &'a Path,
    pub files: &'a FileArgs,
    pub terminal: &'a TerminalArgs,
}

impl FileSearch<'_> {
    /// The files, each with its settings. Prints an error for each path that cannot be read and each configuration
    /// that cannot be used.
    ///
    /// # Errors
    /// A pattern is invalid.
    pub(super) fn find(
        &self,
        resolver: &mut ConfigResolver,
        exit: &mut ExitStatus,
    ) -> Result<FoundJobs, CliError> {
        let Self { current, files, terminal } = *self;
        if files.stdin_filename.is_some() && !files.paths.iter().any(|path| path.as_os_str() == "-") {
            return Err(CliError::usage("`--stdin-filename` requires the path `-`")
                .help("add `-`, or remove `--stdin-filename`"));
        }
        let exclude =
            PathGlobs::new(current, files.exclude.iter().map(String::as_str)).map_err(|(written, why)| {
                let message = format!("`--exclude {written}`: invalid pattern: {}", why.message);
                CliError::Usage(ErrorText { message, help: why.help })
            })?;
        let finder = FileFinder {
            current,
            exclude: &exclude,
            force_exclude: files.force_exclude,
            respect_gitignore: !files.no_respect_gitignore,
            stdin_name: files.stdin_filename.as_deref(),
        };
        let found = finder.find(&files.paths);
        if !terminal.quiet {
            for what in &found.notes {
                print_note(&neutralize(what));
            }
        }
        for problem in &found.problems {
            print_error(&CliError::Usage(problem.clone()));
            *exit = ExitStatus::Failed;
        }
        let mut complaints = BTreeSet::new();
        let mut noted = BTreeSet::new();
        let mut jobs = Vec::new();
        let mut excluded_files = found.excluded;
        for candidate in found.candidates {
            match resolver.resolve(&candidate.absolute) {
                Ok(known) => {
                    let excluded =
                        || known.config.exclude.iter().any(|globs| globs.matches(&candidate.absolute));
                    if candidate.origin == FileOrigin::Walked && excluded() {
                        excluded_files += 1;
                        continue;
                    }
                    for what in known.config.warnings.iter().filter(|_| !terminal.quiet) {
                        // Several files may extend the one with the fault.
                        if noted.insert((what.file.clone(), what.line, what.message.clone())) {
                            print_note(&neutralize(&what.text_without_help()));
                        }
                    }
                    if terminal.verbose {
                        let name = neutralize(&candidate.shown);
                        match known.config.path.as_deref() {
                            Some(path) => print_note(&format_args!(
                                "{name}: configuration {}",
                                neutralize(&shown_path(path))
                            )),
                            None => print_note(&format_args!("{name}: no configuration file")),
                        }
                    }
                    jobs.push(FileJob { candidate, settings: known.settings, changed: None });
                }
                Err(error) => {
                    *exit = ExitStatus::Failed;
                    if complaints.insert(error.to_string()) {
                        print_error(&CliError::Config(error));
                    }
                }
            }
        }
        Ok(FoundJobs { jobs, excluded: excluded_files })
    }
}

/// Removes the Dockerfiles inside Compose and Bake files, which are not changed; a note says what is not done. Returns
/// how many there are.
pub(super) fn skip_inline_dockerfiles(jobs: &mut Vec<FileJob>, not_done: &str, quiet: bool) -> usize {
    let before = jobs.len();
    jobs.retain(|job| {
        let candidate = &job.candidate;
        let inline = candidate.builds.first().filter(|_| candidate.inline_dockerfile().is_some());
        if let Some(build) = inline.filter(|_| !quiet) {
            let file = candidate.path.to_string_lossy();
            print_note(&format_args!(
                "{}#{}: {not_done}: {INSIDE_BUILD_FILE}",
                neutralize(&file),
                neutralize(&build.name)
            ));
        }
        inline.is_none()
    });
    before - jobs.len()
}

/// Prints that there is nothing to check, where files were searched, and how many are excluded.
pub(super) fn print_no_files_found(files: &FileArgs, excluded: usize) {
    let paths: Vec<String> =
        files.paths.iter().map(|path| format!("`{}`", neutralize(&path.to_string_lossy()))).collect();
    let exception = match excluded {
        0 => String::new(),
        number => format!(" ({} excluded)", count_noun(number, "file")),
    };
    print_note(&format_args!("no Dockerfiles found in {}{exception}", paths.join(", ")));
}
