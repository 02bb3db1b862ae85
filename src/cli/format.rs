//! `dockwright format`: finds the files, lays them out in parallel, writes them.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::args::FormatArgs;
use super::error::CliError;
use super::jobs::{FileJob, FileSearch, FoundJobs, print_no_files_found, skip_inline_dockerfiles};
use super::lint_file::{is_binary, read_source, silence_panic_output};
use super::output::{should_use_color, write_diff, write_output};
use super::threads::map_in_parallel;
use super::{ExitStatus, print_error, print_note};
use crate::config::ConfigResolver;
use crate::error_text::ErrorText;
use crate::facts::count_noun;
use crate::files::discover::{FileOrigin, starts_like_dockerfile};
use crate::fix::{self, WriteError, WriteMethod};
use crate::format::{FormatResult, LayoutDifference, format};
use crate::library_errors::{explain_binary_file, explain_read_error, explain_update_error};
use crate::report::neutralize;
use crate::source::LineIndex;

pub(super) fn run(args: &FormatArgs) -> Result<ExitStatus, CliError> {
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let mut exit = ExitStatus::Clean;
    let search = FileSearch { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = ConfigResolver::new(args.configuration.source(&current), args.settings_layer());
    let FoundJobs { mut jobs, excluded } = search.find(&mut resolver, &mut exit)?;
    let inline = skip_inline_dockerfiles(&mut jobs, "skipped", args.terminal.quiet);
    if jobs.is_empty() && inline == 0 && exit == ExitStatus::Clean && !args.terminal.quiet {
        print_no_files_found(&args.files, excluded);
    }
    silence_panic_output();
    let writes = !args.check && !args.diff;
    let outcomes = map_in_parallel(&jobs, args.jobs, |job| format_job(job, writes))?;
    let mut summary = FormatSummary::default();
    for (job, outcome) in jobs.iter().zip(outcomes) {
        exit = exit.max(summary.add(args, job, outcome)?);
    }
    if !args.terminal.quiet {
        summary.print(writes);
    }
    Ok(exit)
}

/// The result for a file.
enum FormatOutcome {
    Unchanged(Vec<u8>),
    Changed { old: Vec<u8>, new: String, rebuilt: usize, in_place: bool },
    Skipped(Vec<u8>, ErrorText),
    Unproved(Vec<u8>, LayoutDifference),
    NotText(Vec<u8>, ErrorText),
    Failed(ErrorText),
    NotADockerfile,
}

fn format_job(job: &FileJob, writes: bool) -> FormatOutcome {
    let candidate = &job.candidate;
    let source = match read_source(candidate) {
        Ok(source) => source,
        Err(error) => {
            return FormatOutcome::Failed(explain_read_error(&error));
        }
    };
    if candidate.must_start_like_one && !starts_like_dockerfile(&source) {
        return FormatOutcome::NotADockerfile;
    }
    if is_binary(&source) {
        let reason = explain_binary_file(&source);
        return FormatOutcome::NotText(source, reason);
    }
    let work = || format(&source, &job.settings.format);
    let Ok(formatted) = panic::catch_unwind(AssertUnwindSafe(work)) else {
        return FormatOutcome::Failed(ErrorText::new("internal error in dockwright; please report it"));
    };
    match formatted {
        FormatResult::Unchanged => FormatOutcome::Unchanged(source),
        FormatResult::Skipped(reason) => FormatOutcome::Skipped(source, ErrorText::new(reason)),
        FormatResult::Unproved(difference) => FormatOutcome::Unproved(source, difference),
        FormatResult::Changed { text, rebuilt } => {
            let mut in_place = false;
            if writes && candidate.origin != FileOrigin::Stdin {
                match fix::replace_file(&candidate.path, &source, text.as_bytes()) {
                    Ok(written) => in_place = written == WriteMethod::InPlace,
                    Err(WriteError::Changed(_)) => {
                        let why = "not written: the file changed while it was formatted";
                        return FormatOutcome::Failed(ErrorText::new(why).help("run the command again"));
                    }
                    Err(WriteError::Io(_, error)) => {
                        return FormatOutcome::Failed(explain_update_error(&error));
                    }
                }
            }
            FormatOutcome::Changed { old: source, new: text, rebuilt, in_place }
        }
    }
}

/// The totals over all files.
#[derive(Default)]
struct FormatSummary {
    files: usize,
    changed: usize,
    skipped: usize,
    rebuilt: usize,
}

impl FormatSummary {
    /// Adds a file, and prints the notes about it.
    fn add(
        &mut self,
        args: &FormatArgs,
        job: &FileJob,
        outcome: FormatOutcome,
    ) -> Result<ExitStatus, CliError> {
        let name = neutralize(&job.candidate.shown);
        let quiet = args.terminal.quiet;
        let is_formatted = !matches!(
            outcome,
            FormatOutcome::NotADockerfile | FormatOutcome::NotText(..) | FormatOutcome::Failed(_)
        );
        self.files += usize::from(is_formatted);
        let is_filter = job.candidate.origin == FileOrigin::Stdin && !args.check && !args.diff;
        let pass_on =
            |text: &[u8]| if is_filter { write_output(None, |out| out.write_all(text)) } else { Ok(()) };
        match outcome {
            FormatOutcome::Unchanged(source) => pass_on(&source)?,
            FormatOutcome::NotADockerfile => {}
            FormatOutcome::Skipped(source, reason) => {
                self.skipped += 1;
                if !quiet {
                    print_note(&format_args!("{name}: skipped: {reason}"));
                }
                pass_on(&source)?;
            }
            FormatOutcome::NotText(source, error) => {
                print_error(&CliError::Usage(error.with_prefix(&format!("{name}: not formatted: "))));
                pass_on(&source)?;
                return Ok(ExitStatus::Failed);
            }
            FormatOutcome::Failed(error) => {
                print_error(&CliError::Usage(error.with_prefix(&format!("{name}: "))));
                return Ok(ExitStatus::Failed);
            }
            FormatOutcome::Unproved(source, difference) => {
                let line = LineIndex::new(&source).line(difference.span.start);
                print_error(&format_args!(
                    "{name}:{line}: not formatted: {}",
                    neutralize(&difference.reason)
                ));
                pass_on(&source)?;
                return Ok(ExitStatus::Failed);
            }
            FormatOutcome::Changed { old, new, rebuilt, in_place } => {
                self.changed += 1;
                self.rebuilt += rebuilt;
                pass_on(new.as_bytes())?;
                if args.check && !args.diff {
                    write_output(None, |out| writeln!(out, "{name}"))?;
                }
                if args.diff {
                    let diff = fix::unified_diff(&job.candidate.shown, &old, new.as_bytes());
                    let color = should_use_color(args.terminal.color, None);
                    write_output(None, |out| write_diff(out, &diff, color))?;
                }
                if in_place && !quiet {
                    print_note(&format_args!(
                        "{name}: written in place, because the file has several hard links"
                    ));
                }
                return Ok(if args.check || args.diff { ExitStatus::Found } else { ExitStatus::Clean });
            }
        }
        Ok(ExitStatus::Clean)
    }

    fn print(&self, written: bool) {
        if self.files == 0 {
            return;
        }
        let verb = if written { "reformatted" } else { "would reformat" };
        let unchanged = self.files - self.changed - self.skipped;
        let counts = [(self.changed, ""), (unchanged, " unchanged"), (self.skipped, " skipped")];
        let mut parts = Vec::new();
        for (number, what) in counts.into_iter().filter(|(number, _)| *number > 0) {
            let number = if parts.is_empty() { count_noun(number, "file") } else { number.to_string() };
            parts.push(if what.is_empty() { format!("{verb} {number}") } else { format!("{number}{what}") });
        }
        print_note(&parts.join(", "));
        if self.rebuilt > 0 {
            let verb = match (written, self.rebuilt) {
                (false, _) => "would be",
                (true, 1) => "is",
                (true, _) => "are",
            };
            print_note(&format_args!(
                "{} {verb} rebuilt once, because the cache key of a step contains its command text (`--keep-cache` \
                 avoids this)",
                count_noun(self.rebuilt, "step")
            ));
        }
    }
}
