//! `dockwright format`: finds the files, lays them out in parallel, writes them.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::args::FormatArgs;
use super::error::Error;
use super::jobs::{Job, Search, note_no_files};
use super::lint_file::{quiet_panics, read};
use super::output::{wants_color, write_diff, write_to};
use super::threads::side_by_side;
use super::{Exit, complain, note};
use crate::config::Resolver;
use crate::files::discover::{Origin, starts_like_one};
use crate::fix::{self, WriteError, Written};
use crate::format::{Difference, Formatted, format};
use crate::library_errors::io_error;
use crate::report::inert;
use crate::source::LineIndex;

pub(super) fn run(args: &FormatArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let mut exit = Exit::Clean;
    let search = Search { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = Resolver::new(args.configuration.source(&current), args.layer());
    let mut jobs = search.find(&mut resolver, &mut exit)?;
    jobs.retain(|job| job.candidate.inline().is_none());
    if jobs.is_empty() && exit == Exit::Clean && !args.terminal.quiet {
        note_no_files(&args.files);
    }
    quiet_panics();
    let writes = !args.check && !args.diff;
    let outcomes = side_by_side(&jobs, args.jobs, |job| format_job(job, writes))?;
    let mut summary = Summary::default();
    for (job, outcome) in jobs.iter().zip(outcomes) {
        exit = exit.max(summary.add(args, job, outcome)?);
    }
    if !args.terminal.quiet {
        summary.print(writes);
    }
    Ok(exit)
}

/// What became of a file.
enum Outcome {
    Unchanged(Vec<u8>),
    Changed { old: Vec<u8>, new: String, rebuilt: usize, in_place: bool },
    Skipped(Vec<u8>, &'static str),
    Unproved(Vec<u8>, Difference),
    Failed(String),
    NotADockerfile,
}

fn format_job(job: &Job, writes: bool) -> Outcome {
    let candidate = &job.candidate;
    let source = match read(candidate) {
        Ok(source) => source,
        Err(error) => return Outcome::Failed(format!("cannot read file ({})", io_error(&error))),
    };
    if candidate.must_start_like_one && !starts_like_one(&source) {
        return Outcome::NotADockerfile;
    }
    let work = || format(&source, &job.settings.format);
    let Ok(formatted) = panic::catch_unwind(AssertUnwindSafe(work)) else {
        return Outcome::Failed("internal error in dockwright; please report it".to_string());
    };
    match formatted {
        Formatted::Unchanged => Outcome::Unchanged(source),
        Formatted::Skipped(reason) => Outcome::Skipped(source, reason),
        Formatted::Unproved(difference) => Outcome::Unproved(source, difference),
        Formatted::Changed { text, rebuilt } => {
            let mut in_place = false;
            if writes && candidate.origin != Origin::Stdin {
                match fix::replace(&candidate.path, &source, text.as_bytes()) {
                    Ok(written) => in_place = written == Written::InPlace,
                    Err(WriteError::Changed(_)) => {
                        return Outcome::Failed(
                            "file changed while it was formatted; not written".to_string(),
                        );
                    }
                    Err(WriteError::Io(_, error)) => {
                        return Outcome::Failed(format!("cannot write file ({})", io_error(&error)));
                    }
                }
            }
            Outcome::Changed { old: source, new: text, rebuilt, in_place }
        }
    }
}

/// What all files together came to.
#[derive(Default)]
struct Summary {
    files: usize,
    changed: usize,
    rebuilt: usize,
}

impl Summary {
    /// Adds a file, and prints what there is to print about it.
    fn add(&mut self, args: &FormatArgs, job: &Job, outcome: Outcome) -> Result<Exit, Error> {
        let name = inert(&job.candidate.shown);
        let quiet = args.terminal.quiet;
        self.files += usize::from(!matches!(outcome, Outcome::NotADockerfile | Outcome::Failed(_)));
        let is_filter = job.candidate.origin == Origin::Stdin && !args.check && !args.diff;
        let pass_on =
            |text: &[u8]| if is_filter { write_to(None, |out| out.write_all(text)) } else { Ok(()) };
        match outcome {
            Outcome::Unchanged(source) => pass_on(&source)?,
            Outcome::NotADockerfile => {}
            Outcome::Skipped(source, reason) => {
                if !quiet {
                    note(&format_args!("{name}: not formatted: {reason}"));
                }
                pass_on(&source)?;
            }
            Outcome::Failed(message) => {
                complain(&format_args!("{name}: {message}"));
                return Ok(Exit::Failed);
            }
            Outcome::Unproved(source, difference) => {
                let line = LineIndex::new(&source).line(difference.span.start);
                complain(&format_args!("{name}:{line}: not formatted: {}", inert(&difference.reason)));
                pass_on(&source)?;
                return Ok(Exit::Failed);
            }
            Outcome::Changed { old, new, rebuilt, in_place } => {
                self.changed += 1;
                self.rebuilt += rebuilt;
                pass_on(new.as_bytes())?;
                if args.check && !args.diff {
                    write_to(None, |out| writeln!(out, "{name}"))?;
                }
                if args.diff {
                    let diff = fix::unified(&job.candidate.shown, &old, new.as_bytes());
                    let color = wants_color(args.terminal.color, None);
                    write_to(None, |out| write_diff(out, &diff, color))?;
                }
                if in_place && !quiet {
                    note(&format_args!("{name}: written in place, because the file has several hard links"));
                }
                return Ok(if args.check || args.diff { Exit::Found } else { Exit::Clean });
            }
        }
        Ok(Exit::Clean)
    }

    fn print(&self, written: bool) {
        if self.files == 0 {
            return;
        }
        let files =
            |number: usize| if number == 1 { "1 file".to_string() } else { format!("{number} files") };
        let verb = if written { "reformatted" } else { "would reformat" };
        let rest = self.files - self.changed;
        let changed = match self.changed {
            0 => format!("{} unchanged", files(rest)),
            number if rest == 0 => format!("{verb} {}", files(number)),
            number => format!("{verb} {}, {rest} unchanged", files(number)),
        };
        note(&changed);
        let verb = if written { "is" } else { "would be" };
        match self.rebuilt {
            0 => {}
            1 => note(&format_args!(
                "1 layer {verb} rebuilt once, because the text of `RUN` is part of its cache key (`--keep-cache` avoids this)"
            )),
            number => {
                let verb = if written { "are" } else { verb };
                note(&format_args!(
                    "{number} layers {verb} rebuilt once, because the text of `RUN` is part of its cache key (`--keep-cache` avoids this)"
                ));
            }
        }
    }
}
