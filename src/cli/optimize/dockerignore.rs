//! `--write-dockerignore`: writes the proposed ignore file into each build context that has none.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::OptimizeJob;
use crate::cli::error::CliError;
use crate::cli::lint_file::read_source;
use crate::cli::{ExitStatus, print_error, print_note};
use crate::library_errors::explain_read_error;
use crate::optimize::context::{ContextFiles, IgnoreFileProposal};
use crate::optimize::{ReportInputs, build_report};
use crate::report::neutralize;

/// The proposed ignore file for a build context, from all its Dockerfiles.
struct ProposedIgnoreFile {
    files: Arc<ContextFiles>,
    lines: Vec<String>,
}

/// Writes the files, or prints what to add to those that exist.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write_ignore_files(work: &[OptimizeJob<'_>]) -> Result<ExitStatus, CliError> {
    let mut contexts: BTreeMap<PathBuf, ProposedIgnoreFile> = BTreeMap::new();
    let mut exit = ExitStatus::Clean;
    for one in work {
        let candidate = &one.job.candidate;
        let shown = candidate.shown.as_str();
        let source = match read_source(&one.job.candidate) {
            Ok(source) => source,
            Err(error) => {
                print_error(&CliError::Usage(explain_read_error(&error).with_prefix(&format!("{shown}: "))));
                exit = ExitStatus::Failed;
                continue;
            }
        };
        let Ok(Some(files)) = one.engine.context_files(&one.job.candidate, &source) else {
            print_note(&format_args!(
                "{}: no `.dockerignore` written, because the build context is unknown; use `--context DIR`",
                neutralize(shown)
            ));
            continue;
        };
        let inputs = ReportInputs {
            target: one.job.settings.target.as_deref(),
            files: Some(&files),
            ..ReportInputs::default()
        };
        let Ok(report) = build_report(shown, &source, &inputs) else { continue };
        let proposal = report.context.and_then(|context| context.proposal.or(context.additions));
        let Some(IgnoreFileProposal { lines, .. }) = proposal else {
            match &files.ignore_file {
                Some(existing) => print_note(&format_args!(
                    "{}: `{}` already excludes everything that dockwright proposes",
                    neutralize(shown),
                    neutralize(existing)
                )),
                None => print_note(&format_args!(
                    "{}: no `.dockerignore` written, because the build context has no unused files",
                    neutralize(shown)
                )),
            }
            continue;
        };
        contexts
            .entry(files.root.clone())
            // Only lines that all Dockerfiles of the context propose are written.
            .and_modify(|proposed| proposed.lines.retain(|line| lines.contains(line)))
            .or_insert(ProposedIgnoreFile { files, lines });
    }
    for (root, proposed) in contexts {
        match &proposed.files.ignore_file {
            None => create_ignore_file(&root.join(".dockerignore"), &proposed)?,
            Some(existing) => {
                print_note(&format_args!(
                    "`{}` exists and is not changed; add these lines to it:",
                    neutralize(existing)
                ));
                for line in &proposed.lines {
                    print_note(&format_args!("  {}", neutralize(line)));
                }
            }
        }
    }
    for one in work {
        one.engine.discard_contexts();
    }
    Ok(exit)
}

fn create_ignore_file(path: &Path, proposed: &ProposedIgnoreFile) -> Result<(), CliError> {
    let shown = Path::new(&proposed.files.directory).join(".dockerignore");
    let shown = shown.strip_prefix(".").unwrap_or(&shown).to_string_lossy().into_owned();
    let text = proposed.lines.join("\n") + "\n";
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            print_note(&format_args!("created `{}`", neutralize(&shown)));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            print_note(&format_args!("`{}` exists and is not changed", neutralize(&shown)));
            Ok(())
        }
        Err(error) => Err(CliError::write(Path::new(&shown), error)),
    }
}
