//! The files that a command works on, each with the settings that hold for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::args::{FileArgs, TerminalArgs};
use super::error::Error;
use super::since::Lines;
use super::{Exit, complain, note};
use crate::config::{PathGlobs, Resolver, Settings};
use crate::files::discover::{Candidate, Finder, Origin};
use crate::report::inert;

/// A file and what holds for it.
pub struct Job {
    pub candidate: Candidate,
    pub settings: Arc<Settings>,
    /// The lines to report on; `None` for all.
    pub changed: Option<Lines>,
}

/// Where files and settings come from.
pub struct Search<'a> {
    pub current: &'a Path,
    pub files: &'a FileArgs,
    pub terminal: &'a TerminalArgs,
}

impl Search<'_> {
    /// The files, each with its settings. What cannot be read, or is configured wrongly, is complained of.
    ///
    /// # Errors
    /// A pattern is none.
    pub fn find(&self, resolver: &mut Resolver, exit: &mut Exit) -> Result<Vec<Job>, Error> {
        let Self { current, files, terminal } = *self;
        let exclude =
            PathGlobs::new(current, files.exclude.iter().map(String::as_str)).map_err(|(written, why)| {
                Error::Usage(format!("`{written}` is not a pattern for paths ({why})"))
            })?;
        let finder = Finder {
            current,
            exclude: &exclude,
            force_exclude: files.force_exclude,
            respect_gitignore: !files.no_respect_gitignore,
            stdin_name: files.stdin_filename.as_deref(),
        };
        let found = finder.find(&files.paths);
        if !terminal.quiet {
            for what in &found.notes {
                note(&inert(what));
            }
        }
        for problem in &found.problems {
            complain(&inert(problem));
            *exit = Exit::Failed;
        }
        let mut complaints = BTreeSet::new();
        let mut jobs = Vec::new();
        for candidate in found.candidates {
            match resolver.resolve(&candidate.absolute) {
                Ok(known) => {
                    let excluded =
                        || known.config.exclude.iter().any(|globs| globs.matches(&candidate.absolute));
                    if candidate.origin == Origin::Walked && excluded() {
                        continue;
                    }
                    if terminal.verbose {
                        let config = known.config.path.as_deref().map(Path::to_string_lossy);
                        let config = config.unwrap_or("no configuration file".into());
                        note(&format_args!("{} is linted with {}", inert(&candidate.shown), inert(&config)));
                    }
                    jobs.push(Job { candidate, settings: known.settings, changed: None });
                }
                Err(error) => {
                    *exit = Exit::Failed;
                    if complaints.insert(error.to_string()) {
                        complain(&Error::Config(error));
                    }
                }
            }
        }
        Ok(jobs)
    }
}
