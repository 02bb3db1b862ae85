//! `--fix` and `--diff`: everything that `check --fix` fixes, and the problems that `optimize` lists.

use std::collections::BTreeMap;

use super::Work;
use super::report::{exceeded, figures_of};
use crate::cli::args::OptimizeArgs;
use crate::cli::error::Error;
use crate::cli::lint_file::{Done, Mode, Outcome, Task, lint_file, read};
use crate::cli::mended::{Tally, codes};
use crate::cli::output::{wants_color, write_diff, write_to};
use crate::cli::threads::side_by_side;
use crate::cli::{Exit, complain, note};
use crate::files::discover::Origin;
use crate::report::{Located, Results, inert};

pub fn run(args: &OptimizeArgs, work: &[Work<'_>]) -> Result<Exit, Error> {
    let only = args.select.clone();
    let outcomes = side_by_side(work, args.jobs, |Work { job, engine }| {
        let least = job.settings.fix;
        let mode = if args.fixes.diff { Mode::Diff(least, &only) } else { Mode::Fix(least, &only) };
        lint_file(&job.candidate, engine, Task { mode, ..Task::LINT })
    })?;
    let mut exit = Exit::Clean;
    let (mut diff, mut text) = (String::new(), None);
    let (mut tally, mut results) = (Tally::default(), Results::default());
    for (one, outcome) in work.iter().zip(outcomes) {
        let job = one.job;
        match outcome {
            Outcome::Done(mut done) => {
                let is_wanted = |located: &Located| {
                    let found = &located.diagnostic;
                    let codes = || std::iter::once(&found.code).chain(&found.aliases);
                    codes().any(|code| args.only().iter().any(|selector| selector.matches(code, true)))
                };
                done.file.diagnostics.retain(is_wanted);
                if !args.terminal.quiet {
                    say(&done, args.fixes.diff);
                }
                tally.add(&args.terminal, &done);
                if args.fixes.fix && !job.settings.limits.is_empty() {
                    let now = match (&done.text, job.candidate.origin) {
                        (Some(text), _) => text.clone(),
                        (None, Origin::Stdin) => done.source.clone(),
                        (None, _) => read(&job.candidate).unwrap_or_default(),
                    };
                    if let Some(figures) = figures_of(one, &now) {
                        exit = exit.max(exceeded(args, job, &figures));
                    }
                }
                diff += &done.diff;
                if job.candidate.origin == Origin::Stdin && args.fixes.fix {
                    text = done.text.or(Some(done.source));
                }
                results.files.push(done.file);
            }
            Outcome::Failed(file) => {
                exit = Exit::Failed;
                for located in &file.diagnostics {
                    let message = inert(&located.diagnostic.message);
                    complain(&format_args!("{}: {message}", inert(&file.name)));
                }
            }
            Outcome::NotADockerfile => {}
        }
    }
    if args.fixes.diff {
        let color = wants_color(args.terminal.color, None);
        write_to(None, |out| write_diff(out, &diff, color))?;
    } else if let Some(text) = &text {
        write_to(None, |out| out.write_all(text))?;
    }
    if !args.terminal.quiet {
        tally.say(args.fixes.diff, &results, "optimize --explain");
        say_refused(&results, &tally);
    }
    Ok(if diff.is_empty() { exit } else { exit.max(Exit::Found) })
}

/// The fixes applied to one file.
fn say(done: &Done, diff: bool) {
    let name = inert(&done.file.name);
    let verb = if diff { "would apply" } else { "applied" };
    for (code, title) in &done.made {
        note(&format_args!("{name}: {verb} {code}: {}", inert(title)));
    }
}

/// The problems without a fix, once for each reason, with the number of places.
fn say_refused(results: &Results, tally: &Tally) {
    let mut reasons: BTreeMap<&str, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for (_, located) in results.diagnostics() {
        let found = &located.diagnostic;
        for reason in found.refused.iter().filter(|_| found.fix.is_none()) {
            // The tally has printed this one.
            if !tally.has_refused(found.code, reason) {
                *reasons.entry(reason).or_default().entry(found.code).or_default() += 1;
            }
        }
    }
    for (reason, counts) in reasons {
        note(&format_args!("{} not fixed: {}", codes(&counts), inert(reason)));
    }
}
