//! `--write-dockerignore`: writes the proposed ignore file into each build context that has none.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Work;
use crate::cli::error::Error;
use crate::cli::lint_file::read;
use crate::cli::{Exit, complain, note};
use crate::library_errors::io_error;
use crate::optimize::context::{Files, Proposal};
use crate::optimize::{Inputs, picture};
use crate::report::inert;

/// What the Dockerfiles of one build context propose.
struct Proposed {
    files: Arc<Files>,
    lines: Vec<String>,
}

/// Writes the files, or prints what to add to those that exist.
///
/// # Errors
/// A file cannot be written.
pub fn write(work: &[Work<'_>]) -> Result<Exit, Error> {
    let mut contexts: BTreeMap<PathBuf, Proposed> = BTreeMap::new();
    let mut exit = Exit::Clean;
    for one in work {
        let shown = &one.job.candidate.shown;
        let Ok(source) = read(&one.job.candidate) else {
            complain(&format_args!("{}: cannot read file", inert(shown)));
            exit = Exit::Failed;
            continue;
        };
        let Ok(Some(files)) = one.engine.context(&one.job.candidate, &source) else {
            note(&format_args!("{}: the build context is unknown; use `--context`", inert(shown)));
            continue;
        };
        let inputs =
            Inputs { target: one.job.settings.target.as_deref(), files: Some(&files), ..Inputs::default() };
        let Ok(picture) = picture(shown, &source, &inputs) else { continue };
        let proposal = picture.context.and_then(|context| context.proposal.or(context.additions));
        let Some(Proposal { lines, .. }) = proposal else { continue };
        contexts
            .entry(files.root.clone())
            // A line that another Dockerfile cannot have is not written.
            .and_modify(|proposed| proposed.lines.retain(|line| lines.contains(line)))
            .or_insert(Proposed { files, lines });
    }
    for (root, proposed) in contexts {
        match &proposed.files.ignore_file {
            None => create(&root.join(".dockerignore"), &proposed)?,
            Some(existing) => {
                note(&format_args!(
                    "`{}` exists and is not changed; add these lines to it:",
                    inert(existing)
                ));
                for line in &proposed.lines {
                    note(&format_args!("  {}", inert(line)));
                }
            }
        }
    }
    for one in work {
        one.engine.forget_contexts();
    }
    Ok(exit)
}

fn create(path: &Path, proposed: &Proposed) -> Result<(), Error> {
    let shown = Path::new(&proposed.files.folder).join(".dockerignore");
    let shown = shown.strip_prefix(".").unwrap_or(&shown).to_string_lossy().into_owned();
    let text = proposed.lines.join("\n") + "\n";
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            note(&format_args!("created `{}`", inert(&shown)));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            note(&format_args!("`{}` exists and is not changed", inert(&shown)));
            Ok(())
        }
        Err(error) => Err(Error::Usage(format!("cannot write `{}`: {}", inert(&shown), io_error(&error)))),
    }
}
