//! `dockwright optimize`: a report of wasted space and rebuilds for each Dockerfile, and the fixes for them.

mod dockerignore;
mod fixes;
mod report;
mod since;

use std::path::Path;
use std::sync::Arc;

use super::ExitStatus;
use super::args::OptimizeArgs;
use super::baselines::BaselineRun;
use super::build_engines::LintEngines;
use super::error::CliError;
use super::jobs::{FileJob, FileSearch, FoundJobs, print_no_files_found};
use super::lint_file::{is_dockerfile, silence_panic_output};
use crate::config::ConfigResolver;
use crate::files::build_contexts::BuildContexts;
use crate::files::engine::LintEngine;
use crate::semantic::BuildInputs;

pub(super) fn run(args: &OptimizeArgs) -> Result<ExitStatus, CliError> {
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let mut exit = ExitStatus::Clean;
    args.files.reject_stray_value(&args.fixes, None)?;
    let contexts = BuildContexts::from_flag(&current, args.context.as_ref()).map_err(CliError::Usage)?;
    let contexts = Arc::new(contexts.with_guessed_contexts(!args.no_context));
    let search = FileSearch { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = ConfigResolver::new(args.configuration.source(&current), args.settings_layer());
    let FoundJobs { mut jobs, excluded } = search.find(&mut resolver, &mut exit)?;
    jobs.retain(|job| is_dockerfile(&job.candidate));
    let is_about_growth =
        |job: &FileJob| job.settings.limits.iter().any(crate::plan::CostLimit::is_about_growth);
    if args.since.is_none() && args.fail_on.is_some() && jobs.iter().any(is_about_growth) {
        return Err(CliError::usage("`--fail-on`: a limit with `+` requires `--since`")
            .help("add `--since REF`, or remove the `+`"));
    }
    if jobs.is_empty() && exit == ExitStatus::Clean && !args.terminal.quiet {
        print_no_files_found(&args.files, excluded);
    }
    let settings = jobs.iter().map(|job| &*job.settings);
    let baseline = BaselineRun::new(args.baseline.as_deref(), None, &current, settings)?;
    silence_panic_output();
    let inputs = BuildInputs { target: args.target.clone(), ..BuildInputs::default() };
    let mut engines = LintEngines::new(inputs, &contexts, None);
    // If a file is built in several ways, the first one is used.
    let numbers: Vec<Option<usize>> = jobs
        .iter()
        .map(|job| engines.indices_of_engines(&job.settings, &job.candidate.builds).first().copied())
        .collect();
    let work: Vec<OptimizeJob<'_>> = jobs
        .iter()
        .zip(numbers)
        .filter_map(|(job, number)| Some(OptimizeJob { job, engine: engines.get(number?)? }))
        .collect();
    if args.write_dockerignore {
        exit = exit.max(dockerignore::write_ignore_files(&work)?);
    }
    let found = if args.fixes.fix || args.fixes.diff {
        fixes::apply_fixes(args, &work)?
    } else if args.write_dockerignore {
        ExitStatus::Clean
    } else if let Some(reference) = &args.since {
        since::compare_with_commit(args, &work, reference)?
    } else {
        report::print_report(args, &work, &baseline)?
    };
    Ok(exit.max(found))
}

/// A file, and the engine that checks it.
struct OptimizeJob<'a> {
    job: &'a FileJob,
    engine: &'a LintEngine,
}
