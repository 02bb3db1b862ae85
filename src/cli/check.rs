//! `dockwright check`: finds the files, checks or fixes them in parallel, reports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::absent_programs;
use super::args::{CheckArgs, OutputTarget, UnsafeLevel};
use super::baselines::{BaselineRun, StaleEntries};
use super::build_engines::{self, LintEngines};
use super::error::CliError;
use super::fix_notes::FixTotals;
use super::jobs::{FileJob, FileSearch, FoundJobs, print_no_files_found};
use super::lint_file::{
    FileOutcome, LintMode, LintTask, LintedFile, lint_file, print_failure, silence_panic_output,
};
use super::listing::{exists, show_files, show_settings};
use super::output::{
    check_outputs, choose_report_style, output_targets, should_use_color, write_diff, write_output,
};
use super::progress::Progress;
use super::selectors::check_selectors_are_defined;
use super::shellcheck::{self, Verbosity};
use super::since::ChangesSince;
use super::threads::map_in_parallel;
use super::{ExitStatus, print_error, print_note};
use crate::config::{ConfigResolver, INVALID, Settings};
use crate::files::build_contexts::BuildContexts;
use crate::files::discover::FileOrigin;
use crate::files::engine::LintEngine;
use crate::report::{self, ReportStyle, Results, neutralize};
use crate::rules;
use crate::shellcheck::ShellCheck;

pub(super) fn run(args: &CheckArgs) -> Result<ExitStatus, CliError> {
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let mut exit = ExitStatus::Clean;
    args.files.reject_stray_value(&args.fixes, args.fix_only.as_deref())?;
    let writes = args.fixes.fix || args.fix_only.is_some() || args.add_ignores.is_some();
    if args.exit_non_zero_on_fix && !writes {
        return Err(CliError::usage("`--exit-non-zero-on-fix` requires `--fix`")
            .help("add `--fix`, or remove `--exit-non-zero-on-fix`"));
    }
    let outputs = output_targets(args)?;
    check_outputs(args, &outputs)?;
    for selector in args.select.iter().flatten().chain(&args.extend_select) {
        if let Some(text) = selector.selection_warning().map_err(CliError::Usage)? {
            print_note(&format_args!("{text}"));
        }
    }
    let contexts =
        Arc::new(BuildContexts::from_flag(&current, args.build.context.as_ref()).map_err(CliError::Usage)?);
    let search = FileSearch { current: &current, files: &args.files, terminal: &args.terminal };
    let FoundJobs { mut jobs, excluded } = search.find(
        &mut ConfigResolver::new(args.configuration.source(&current), args.settings_layer()),
        &mut exit,
    )?;
    if args.show_settings || args.show_files {
        // Only checking a file shows that it cannot be read.
        jobs.retain(|job| exists(job, &mut exit));
        if jobs.is_empty() && exit == ExitStatus::Failed {
            return Ok(exit);
        }
    }
    if args.show_settings {
        show_settings(args, &current, &jobs)?;
        return Ok(exit);
    }
    if args.show_files {
        show_files(&jobs)?;
        return Ok(exit);
    }
    let jobs = match &args.since {
        Some(reference) => keep_changed_files(reference, jobs)?,
        None => jobs,
    };
    if jobs.is_empty() && exit == ExitStatus::Clean && !args.terminal.quiet {
        note_nothing_to_check(args, excluded);
    }
    if !args.terminal.quiet {
        note_no_rules(&jobs);
    }
    let say = match (args.terminal.quiet, args.terminal.verbose) {
        (true, _) => Verbosity::Nothing,
        (_, false) => Verbosity::Less,
        (_, true) => Verbosity::Everything,
    };
    if args.terminal.verbose {
        absent_programs::print_absences(&jobs);
    }
    let program = shellcheck::open_program(&args.shellcheck, say)?;
    let why = ignore_reason(args, &jobs)?;
    check_selectors_are_defined(args, &jobs)?;
    let settings = jobs.iter().map(|job| &*job.settings);
    let baseline =
        BaselineRun::new(args.baseline.as_deref(), args.write_baseline.as_deref(), &current, settings)?;
    let all = RunContext {
        program: program.as_ref(),
        contexts: &contexts,
        add_ignores: why,
        baseline: &baseline,
        outputs: &outputs,
    };
    let outcomes = lint_files(args, &jobs, &all)?;
    if let Some(failure) = shellcheck::shellcheck_error(program.as_ref()) {
        print_error(&failure);
        exit = ExitStatus::Failed;
    }
    let mut summed = collect_totals(args, &jobs, outcomes, &baseline, &mut exit);
    if args.write_baseline.is_some() {
        if exit == ExitStatus::Failed {
            let error = CliError::usage("baseline not written: some files could not be checked");
            print_error(&error.help("correct or exclude these files"));
        } else {
            exit = baseline.write(&args.terminal, &summed.paths, &mut summed.results)?;
        }
    }
    print_results(args, &outputs, &summed)?;
    Ok(if args.exit_zero && exit == ExitStatus::Found { ExitStatus::Clean } else { exit })
}

/// Notes that only build errors are reported, if no rule and no policy runs.
fn note_no_rules(jobs: &[FileJob]) {
    let runs = |settings: &Settings| {
        let rules = rules::all_rules().map(|rule| rule.code).filter(|code| *code != INVALID);
        rules.chain(settings.policies.iter().map(|policy| policy.code)).any(|code| settings.is_enabled(code))
    };
    if !jobs.is_empty() && !jobs.iter().any(|job| runs(&job.settings)) {
        print_note(&"only build errors (DL1000) are reported");
    }
}

fn note_nothing_to_check(args: &CheckArgs, excluded: usize) {
    match &args.since {
        Some(reference) => {
            print_note(&format_args!("no Dockerfiles changed since `{}`", neutralize(reference)));
        }
        None => print_no_files_found(&args.files, excluded),
    }
}

/// Prints the diff, the fixed text or the report, and the summary of the fixes.
fn print_results(args: &CheckArgs, outputs: &[OutputTarget], summed: &RunTotals) -> Result<(), CliError> {
    if args.fixes.diff {
        let color = should_use_color(args.terminal.color, None);
        write_output(None, |out| write_diff(out, &summed.diff, color))?;
    } else if let Some(text) = &summed.text {
        // Standard output is the fixed text, so remaining problems go to standard error.
        write_output(None, |out| out.write_all(text))?;
        if args.fix_only.is_none() {
            report::write(
                &mut std::io::stderr(),
                report::Format::Concise,
                &summed.results,
                ReportStyle::default(),
            )?;
        }
    } else if args.fix_only.is_none() {
        write_reports(args, outputs, &summed.results)?;
    }
    if !args.terminal.quiet {
        if args.fixes.fix || args.fixes.diff || args.fix_only.is_some() {
            summed.fix_totals.print(args.fixes.diff, &summed.results, "check");
        }
        summed.fix_totals.print_ignored(args.fixes.diff);
        // With `--diff`, problems that would be fixed are still there.
        if !args.fixes.diff {
            summed.stale.print(&args.terminal);
        }
    }
    Ok(())
}

/// The changed files, each with its changed lines.
fn keep_changed_files(reference: &str, jobs: Vec<FileJob>) -> Result<Vec<FileJob>, CliError> {
    let mut since = ChangesSince::new(reference);
    let mut changed = Vec::new();
    for job in jobs {
        if job.candidate.origin == FileOrigin::Stdin {
            return Err(CliError::usage("`--since` cannot be used with standard input")
                .help("name the files to check instead of `-`"));
        }
        if let Some(lines) = since.changed_lines(&job.candidate.file())? {
            changed.push(FileJob { changed: Some(lines), ..job });
        }
    }
    Ok(changed)
}

/// Data that all files share.
struct RunContext<'a> {
    program: Option<&'a Arc<ShellCheck>>,
    contexts: &'a Arc<BuildContexts>,
    add_ignores: Option<&'a str>,
    baseline: &'a BaselineRun,
    outputs: &'a [OutputTarget],
}

/// Checks the files in parallel. The outcomes are in the order of the jobs, with any number of threads.
fn lint_files(
    args: &CheckArgs,
    jobs: &[FileJob],
    all: &RunContext<'_>,
) -> Result<Vec<FileOutcome>, CliError> {
    silence_panic_output();
    let mut engines = LintEngines::new(args.build.inputs(), all.contexts, all.program);
    let numbers: Vec<Vec<usize>> =
        jobs.iter().map(|job| engines.indices_of_engines(&job.settings, &job.candidate.builds)).collect();
    let work: Vec<(&FileJob, Vec<&LintEngine>)> = jobs
        .iter()
        .zip(numbers)
        .map(|(job, numbers)| (job, numbers.iter().filter_map(|number| engines.get(*number)).collect()))
        .collect();
    if let Some(program) = all.program {
        let pairs = work
            .iter()
            .flat_map(|(job, engines)| engines.iter().map(move |engine| (&job.candidate, *engine)));
        shellcheck::check_scripts_ahead(program, &pairs.collect::<Vec<_>>(), args.jobs)?;
    }
    let only = args.fix_only.as_deref().unwrap_or_default();
    // Counting takes time, and only these formats have a summary that names commands.
    let has_summary = |format| {
        if args.statistics {
            format != report::Format::Json
        } else {
            matches!(format, report::Format::Full | report::Format::Markdown)
        }
    };
    let outputs = all.outputs;
    let counts_fixes = !args.terminal.quiet && outputs.iter().any(|output| has_summary(output.format));
    let needs_source =
        args.write_baseline.is_some() || outputs.iter().any(|output| output.format.needs_source());
    let needs_edits = outputs.iter().any(|output| output.format.shows_fix_edits());
    let progress = Progress::new(work.len(), args.terminal.quiet);
    let outcomes = map_in_parallel(&work, args.jobs, |(job, engines)| {
        let mode = match job.settings.fix {
            least if args.fixes.diff => LintMode::Diff(least, only),
            least if args.fixes.fix || args.fix_only.is_some() => LintMode::Fix(least, only),
            _ => LintMode::Lint,
        };
        let known = all.baseline.problems_of_file(&job.candidate.absolute, &job.settings);
        let task = LintTask { mode, add_ignores: all.add_ignores, known, counts_fixes };
        let mut engines = engines.iter();
        let mut outcome = lint_file(&job.candidate, engines.next()?, task);
        for engine in engines {
            outcome = build_engines::merge_outcomes(
                outcome,
                lint_file(&job.candidate, engine, LintTask { known, ..LintTask::LINT }),
            );
        }
        if let FileOutcome::Done(done) = &mut outcome {
            // The outcomes of all files are kept, so they should only contain data that a report needs.
            if !needs_source {
                done.file.source = Vec::new();
            }
            if !needs_edits {
                done.file.drop_edits();
            }
            if job.candidate.origin != FileOrigin::Stdin {
                done.text = None;
            }
        }
        progress.advance();
        Some(outcome)
    })?;
    // Every file has an engine.
    Ok(outcomes.into_iter().flatten().collect())
}

/// The reason to write into added comments; empty if none is given.
fn ignore_reason<'a>(args: &'a CheckArgs, jobs: &[FileJob]) -> Result<Option<&'a str>, CliError> {
    let Some(written) = &args.add_ignores else { return Ok(None) };
    let why = written.trim();
    let fault = if why.contains(['\n', '\r']) {
        Some(("the reason contains a line break", "write it on one line"))
    } else if why.chars().any(report::is_control) {
        Some(("the reason contains a control character", "use plain text"))
    } else if why.starts_with(',') {
        Some(("the reason begins with a comma", "begin with a word"))
    } else {
        None
    };
    if let Some((message, help)) = fault {
        return Err(CliError::usage(format!("`--add-ignores`: {message}")).help(help));
    }
    if why.is_empty() && jobs.iter().any(|job| job.settings.require_reason) {
        return Err(CliError::usage("`--add-ignores`: the configuration requires a reason")
            .help("use `--add-ignores=REASON`"));
    }
    Ok(Some(why))
}

/// The totals over all files.
#[derive(Default)]
struct RunTotals {
    results: Results,
    diff: String,
    fix_totals: FixTotals,
    /// The absolute path of each file in the results.
    paths: Vec<PathBuf>,
    /// The text to print if standard input was fixed.
    text: Option<Vec<u8>>,
    /// Baseline entries that no longer match a problem.
    stale: StaleEntries,
}

fn collect_totals(
    args: &CheckArgs,
    jobs: &[FileJob],
    outcomes: Vec<FileOutcome>,
    baseline: &BaselineRun,
    exit: &mut ExitStatus,
) -> RunTotals {
    let mut sum = RunTotals {
        stale: baseline.stale_entries(),
        fix_totals: FixTotals::of_rules(args.fix_only.as_deref().unwrap_or_default()),
        ..RunTotals::default()
    };
    sum.results.fix_counts.level = args.fixes.unsafe_fixes.map(UnsafeLevel::as_str);
    for (job, outcome) in jobs.iter().zip(outcomes) {
        if !matches!(outcome, FileOutcome::NotADockerfile) {
            sum.paths.push(job.candidate.absolute.clone());
        }
        match outcome {
            FileOutcome::Done(mut done) => {
                if let Some(lines) = &job.changed {
                    done.file.diagnostics.retain(|located| lines.contains_problem(located));
                }
                if sets_exit_status(args, &job.settings, &done) {
                    *exit = (*exit).max(ExitStatus::Found);
                }
                sum.fix_totals.add(&args.terminal, &done);
                sum.results.fix_counts.add(&done.fix_counts);
                baseline.record_stale_entries(&mut sum.stale, &done.file.name, &job.settings, &done.stale);
                sum.diff += &done.diff;
                let writes = args.fixes.fix || args.fix_only.is_some() || args.add_ignores.is_some();
                if job.candidate.origin == FileOrigin::Stdin && writes {
                    sum.text = done.text.or(Some(done.source));
                }
                sum.results.files.push(done.file);
            }
            FileOutcome::Failed(file) => {
                *exit = ExitStatus::Failed;
                sum.results.unreadable += 1;
                // `--fix-only` and `--diff` print no problems.
                if args.fix_only.is_some() || args.fixes.diff {
                    print_failure(&file);
                }
                sum.results.files.push(file);
            }
            FileOutcome::NotADockerfile => {}
        }
    }
    sum
}

/// Whether a file sets exit status 1.
fn sets_exit_status(args: &CheckArgs, settings: &Settings, done: &LintedFile) -> bool {
    if args.fixes.diff {
        return !done.diff.is_empty();
    }
    let worst = done.file.diagnostics.iter().map(|located| located.diagnostic.severity).max();
    let reported = settings.fail_on.is_some_and(|least| worst >= Some(least));
    let changed = !done.made.is_empty() || !done.ignored.is_empty();
    (reported && args.fix_only.is_none()) || (args.exit_non_zero_on_fix && changed)
}

fn write_reports(args: &CheckArgs, outputs: &[OutputTarget], results: &Results) -> Result<(), CliError> {
    for output in outputs {
        let style = choose_report_style(&args.terminal, output.path.as_deref());
        write_output(output.path.as_deref(), |out| {
            if args.statistics {
                report::write_statistics(out, output.format, results, style)
            } else {
                report::write(out, output.format, results, style)
            }
        })?;
    }
    Ok(())
}
