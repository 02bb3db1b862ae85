//! `--fix` and `--diff`: everything that `check --fix` fixes, and the problems that `optimize` lists.

use std::collections::BTreeMap;

use super::OptimizeJob;
use super::report::{read_metrics, report_exceeded_limits};
use crate::cli::args::OptimizeArgs;
use crate::cli::error::CliError;
use crate::cli::fix_notes::{FixTotals, format_code_counts};
use crate::cli::lint_file::{
    FileOutcome, LintMode, LintTask, LintedFile, lint_file, print_failure, read_source,
};
use crate::cli::output::{should_use_color, write_diff, write_output};
use crate::cli::threads::map_in_parallel;
use crate::cli::{ExitStatus, print_note};
use crate::config::DefaultRules;
use crate::files::discover::FileOrigin;
use crate::fix::AppliedFix;
use crate::report::{LocatedDiagnostic, Results, neutralize};

pub(super) fn apply_fixes(args: &OptimizeArgs, work: &[OptimizeJob<'_>]) -> Result<ExitStatus, CliError> {
    let only = args.select.clone();
    let outcomes = map_in_parallel(work, args.jobs, |OptimizeJob { job, engine }| {
        let least = job.settings.fix;
        let mode = if args.fixes.diff { LintMode::Diff(least, &only) } else { LintMode::Fix(least, &only) };
        lint_file(&job.candidate, engine, LintTask { mode, ..LintTask::LINT })
    })?;
    let mut exit = ExitStatus::Clean;
    let (mut diff, mut text) = (String::new(), None);
    let (mut fix_totals, mut results) = (FixTotals::default(), Results::default());
    for (one, outcome) in work.iter().zip(outcomes) {
        let job = one.job;
        match outcome {
            FileOutcome::Done(mut done) => {
                let is_wanted = |located: &LocatedDiagnostic| {
                    let found = &located.diagnostic;
                    let codes = || std::iter::once(&found.code).chain(&found.aliases);
                    codes().any(|code| {
                        args.problem_selectors()
                            .iter()
                            .any(|selector| selector.matches(code, DefaultRules::PREVIEW))
                    })
                };
                done.file.diagnostics.retain(is_wanted);
                if !args.terminal.quiet {
                    print_fixes(&done, args.fixes.diff);
                }
                fix_totals.add(&args.terminal, &done);
                if args.fixes.fix && !job.settings.limits.is_empty() {
                    let now = match (&done.text, job.candidate.origin) {
                        (Some(text), _) => text.clone(),
                        (None, FileOrigin::Stdin) => done.source.clone(),
                        (None, _) => read_source(&job.candidate).unwrap_or_default(),
                    };
                    if let Some(figures) = read_metrics(one, &now) {
                        exit = exit.max(report_exceeded_limits(args, job, &figures));
                    }
                }
                diff += &done.diff;
                if job.candidate.origin == FileOrigin::Stdin && args.fixes.fix {
                    text = done.text.or(Some(done.source));
                }
                results.files.push(done.file);
            }
            FileOutcome::Failed(file) => {
                exit = ExitStatus::Failed;
                print_failure(&file);
            }
            FileOutcome::NotADockerfile => {}
        }
    }
    if args.fixes.diff {
        let color = should_use_color(args.terminal.color, None);
        write_output(None, |out| write_diff(out, &diff, color))?;
    } else if let Some(text) = &text {
        write_output(None, |out| out.write_all(text))?;
    }
    if !args.terminal.quiet {
        fix_totals.print(args.fixes.diff, &results, "optimize --explain");
        print_refused(&results, &fix_totals);
    }
    Ok(if diff.is_empty() { exit } else { exit.max(ExitStatus::Found) })
}

/// The fixes applied to one file.
fn print_fixes(done: &LintedFile, diff: bool) {
    let name = neutralize(&done.file.name);
    let verb = if diff { "would apply" } else { "applied" };
    for AppliedFix { code, title, line } in &done.made {
        let line = line.map(|line| format!(" on line {line}")).unwrap_or_default();
        print_note(&format_args!("{name}: {verb} {code}{line}: {}", neutralize(title)));
    }
}

/// The problems without a fix, once for each reason, with the number of places.
fn print_refused(results: &Results, fix_totals: &FixTotals) {
    let mut reasons: BTreeMap<&str, Vec<(&str, &'static str, u32)>> = BTreeMap::new();
    for (file, located) in results.diagnostics() {
        let found = &located.diagnostic;
        for reason in found.refused.iter().filter(|_| found.fix.is_none()) {
            // The totals already include this one.
            if !fix_totals.was_fix_withheld(found.code, reason) {
                reasons.entry(reason).or_default().push((&file.name, found.code, located.start.line));
            }
        }
    }
    for (reason, places) in reasons {
        let reason = neutralize(reason);
        if let [(file, code, line)] = places.as_slice() {
            print_note(&format_args!("{}: {code} on line {line} not fixed: {reason}", neutralize(file)));
            continue;
        }
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (_, code, _) in &places {
            *counts.entry(code).or_default() += 1;
        }
        print_note(&format_args!("{} not fixed: {reason}", format_code_counts(&counts)));
    }
}
