//! `dockwright check`: finds the files, lints them side by side, reports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::CheckArgs;
use super::discover::{Candidate, Finder, Origin};
use super::error::Error;
use super::fixing::{Fixing, Tally, check_arguments};
use super::lint_file::{Outcome, is_dockerfile, lint_file, mend_file, quiet_panics};
use super::output::{destinations, look, write_to, write_to_or_beside};
use super::threads::side_by_side;
use super::{Exit, complain, note};
use crate::config::{PathGlobs, Resolver, Settings};
use crate::lint::Linter;
use crate::report::{self, Results};

pub(super) fn run(args: &CheckArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let mut exit = Exit::Clean;
    let jobs = find(args, &current, &mut exit)?;
    if args.show_settings {
        show_settings(args, &current, &jobs)?;
        return Ok(exit);
    }
    if args.show_files {
        let shown = jobs.iter().map(|job| &job.candidate).filter(|candidate| is_dockerfile(candidate));
        let mut names = shown.map(|candidate| report::inert(&candidate.shown));
        write_to(None, |out| names.try_for_each(|name| writeln!(out, "{name}")))?;
        return Ok(exit);
    }
    if jobs.is_empty() && exit == Exit::Clean && !args.terminal.quiet {
        note(&"no Dockerfile found");
    }
    let stdin = jobs.iter().any(|job| job.candidate.origin == Origin::Stdin);
    check_arguments(args, jobs.len(), stdin)?;
    let fixing = Fixing::new(args);
    let mut tally = Tally::default();
    let results = lint(args, &jobs, fixing.as_ref(), &mut tally, &mut exit)?;
    let mut outputs = destinations(args);
    if let Some(fixing) = &fixing {
        exit = fixing.exit(&tally, exit);
        // Standard output is for the diff then.
        outputs.retain(|output| !args.diff || output.path.is_some());
        write_to(None, |out| fixing.write(&tally, out))?;
    }
    let beside = fixing.is_some() && stdin;
    for output in outputs {
        let look = look(&args.terminal, output.path.as_deref());
        write_to_or_beside(output.path.as_deref(), beside, |out| {
            if args.statistics {
                report::write_statistics(out, output.format, &results, look)
            } else {
                report::write(out, output.format, &results, look)
            }
        })?;
    }
    if let Some(fixing) = &fixing
        && !args.terminal.quiet
    {
        fixing.summarize(&tally, &results);
    }
    Ok(if args.exit_zero && exit == Exit::Found { Exit::Clean } else { exit })
}

/// A file and what holds for it.
struct Job {
    candidate: Candidate,
    settings: Arc<Settings>,
}

/// The files to lint, each with its settings. What cannot be read, or is configured wrongly, is complained of.
fn find(args: &CheckArgs, current: &Path, exit: &mut Exit) -> Result<Vec<Job>, Error> {
    let exclude = PathGlobs::new(current, args.exclude.iter().map(String::as_str))
        .map_err(|(written, why)| Error::Usage(format!("`{written}` is not a pattern for paths ({why})")))?;
    let finder = Finder {
        current,
        exclude: &exclude,
        force_exclude: args.force_exclude,
        respect_gitignore: !args.no_respect_gitignore,
        stdin_name: args.stdin_filename.as_deref(),
    };
    let found = finder.find(&args.paths);
    for problem in &found.problems {
        complain(&report::inert(problem));
        *exit = Exit::Failed;
    }
    let mut resolver = Resolver::new(args.source(current), args.layer());
    let mut complaints = BTreeSet::new();
    let mut jobs = Vec::new();
    for candidate in found.candidates {
        match resolver.resolve(&candidate.absolute) {
            Ok(known) => {
                let excluded = || known.config.exclude.iter().any(|globs| globs.matches(&candidate.absolute));
                if candidate.origin == Origin::Walked && excluded() {
                    continue;
                }
                if args.terminal.verbose {
                    let config = known.config.path.as_deref().map(Path::to_string_lossy);
                    let name = report::inert(&candidate.shown);
                    let config = config.unwrap_or("no configuration file".into());
                    note(&format_args!("{name} is linted with {}", report::inert(&config)));
                }
                jobs.push(Job { candidate, settings: known.settings });
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

/// Lints the files side by side; the results are in the order of the jobs whatever the number of threads.
fn lint(
    args: &CheckArgs,
    jobs: &[Job],
    fixing: Option<&Fixing<'_>>,
    tally: &mut Tally,
    exit: &mut Exit,
) -> Result<Results, Error> {
    quiet_panics();
    let mut linters: Vec<(&Arc<Settings>, Linter)> = Vec::new();
    for job in jobs {
        if !linters.iter().any(|(settings, _)| Arc::ptr_eq(settings, &job.settings)) {
            linters.push((&job.settings, job.settings.linter()));
        }
    }
    let linter = |settings: &Arc<Settings>| {
        linters.iter().find(|(known, _)| Arc::ptr_eq(known, settings)).map(|(_, linter)| linter)
    };
    let outcomes = side_by_side(jobs, args.jobs, |job| {
        let linter = linter(&job.settings)?;
        Some(match fixing {
            None => lint_file(&job.candidate, linter),
            Some(fixing) => mend_file(&job.candidate, &|source| fixing.settle(source, linter, &job.settings)),
        })
    })?;
    let mut results = Results::default();
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let outcome = match (outcome, fixing) {
            (Some(Outcome::Mended(file, mended)), Some(fixing)) => {
                if fixing.keep(&job.candidate, &mended, tally) {
                    Some(Outcome::Linted(file))
                } else {
                    *exit = Exit::Failed;
                    linter(&job.settings).map(|linter| lint_file(&job.candidate, linter))
                }
            }
            (outcome, _) => outcome,
        };
        match outcome {
            Some(Outcome::Linted(mut file) | Outcome::Mended(mut file, _)) => {
                file.diagnostics.retain(|located| job.settings.wants(&located.diagnostic));
                for located in &mut file.diagnostics {
                    let diagnostic = &mut located.diagnostic;
                    diagnostic.severity =
                        job.settings.severity(diagnostic.code).unwrap_or(diagnostic.severity);
                }
                let worst = file.diagnostics.iter().map(|located| located.diagnostic.severity).max();
                if !args.diff
                    && worst.is_some()
                    && job.settings.fail_on.is_some_and(|least| worst >= Some(least))
                {
                    *exit = (*exit).max(Exit::Found);
                }
                results.files.push(file);
            }
            Some(Outcome::Failed(file)) => {
                *exit = Exit::Failed;
                results.unreadable += 1;
                results.files.push(file);
            }
            Some(Outcome::NotADockerfile) | None => {}
        }
    }
    Ok(results)
}

fn show_settings(args: &CheckArgs, current: &Path, jobs: &[Job]) -> Result<(), Error> {
    let (path, shown) = match jobs.first() {
        Some(job) => (job.candidate.absolute.clone(), job.candidate.shown.clone()),
        None => (current.join("Dockerfile"), "Dockerfile".to_string()),
    };
    let resolved = Resolver::new(args.source(current), args.layer()).resolve(&path)?;
    let config: Option<&PathBuf> = resolved.config.path.as_ref();
    write_to(None, |out| {
        writeln!(out, "# settings of {}", report::inert(&shown))?;
        match config {
            Some(path) => writeln!(out, "# from {}", report::inert(&path.to_string_lossy()))?,
            None => writeln!(out, "# from no file")?,
        }
        write!(out, "{}", resolved.settings.as_toml())
    })
}
