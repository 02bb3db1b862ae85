//! `dockwright optimize`: a report of wasted space and rebuilds for each Dockerfile, and the fixes for them.

mod dockerignore;
mod fixes;
mod report;
mod since;

use std::path::Path;
use std::sync::Arc;

use super::Exit;
use super::args::OptimizeArgs;
use super::baselines::Baselines;
use super::engines::Engines;
use super::error::Error;
use super::jobs::{Job, Search, note_no_files};
use super::lint_file::{is_dockerfile, quiet_panics};
use crate::config::Resolver;
use crate::files::contexts::Contexts;
use crate::files::engine::Engine;
use crate::semantic::BuildInputs;

pub(super) fn run(args: &OptimizeArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let mut exit = Exit::Clean;
    args.files.refuse_stray_value(&args.fixes, None)?;
    let contexts = Contexts::of_flag(&current, args.context.as_ref()).map_err(Error::Usage)?;
    let contexts = Arc::new(contexts.guessing(!args.no_context));
    let baseline = Baselines::new(args.baseline.as_deref(), None, &current)?;
    let search = Search { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = Resolver::new(args.configuration.source(&current), args.layer());
    let mut jobs = search.find(&mut resolver, &mut exit)?;
    jobs.retain(|job| is_dockerfile(&job.candidate));
    let is_about_growth = |job: &Job| job.settings.limits.iter().any(crate::plan::Condition::is_about_growth);
    if args.since.is_none() && args.fail_on.is_some() && jobs.iter().any(is_about_growth) {
        let message = "a limit of growth (`+`) in `--fail-on` requires `--since`";
        return Err(Error::Usage(message.to_string()));
    }
    if jobs.is_empty() && exit == Exit::Clean && !args.terminal.quiet {
        note_no_files(&args.files);
    }
    quiet_panics();
    let inputs = BuildInputs { target: args.target.clone(), ..BuildInputs::default() };
    let mut engines = Engines::new(inputs, &contexts, None);
    // Of a file that is built in several ways, the first one counts.
    let numbers: Vec<Option<usize>> = jobs
        .iter()
        .map(|job| engines.numbers(&job.settings, &job.candidate.builds).first().copied())
        .collect();
    let work: Vec<Work<'_>> = jobs
        .iter()
        .zip(numbers)
        .filter_map(|(job, number)| Some(Work { job, engine: engines.get(number?)? }))
        .collect();
    if args.write_dockerignore {
        exit = exit.max(dockerignore::write(&work)?);
    }
    let found = if args.fixes.fix || args.fixes.diff {
        fixes::run(args, &work)?
    } else if args.write_dockerignore {
        Exit::Clean
    } else if let Some(reference) = &args.since {
        since::run(args, &work, reference)?
    } else {
        report::run(args, &work, &baseline)?
    };
    Ok(exit.max(found))
}

/// A file, and the engine that checks it.
struct Work<'a> {
    job: &'a Job,
    engine: &'a Engine,
}
