//! `dockwright pin`: finds what can be pinned, looks it up, writes it.

mod file;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::args::{PinArgs, PinFormat};
use super::build_engines::LintEngines;
use super::error::CliError;
use super::jobs::{FileJob, FileSearch, FoundJobs, print_no_files_found, skip_inline_dockerfiles};
use super::lint_file::{is_dockerfile, silence_panic_output};
use super::output::{should_use_color, write_diff, write_output};
use super::progress::Progress;
use super::{ExitStatus, print_error, print_note};
use crate::config::ConfigResolver;
use crate::files::build_contexts::BuildContexts;
use crate::files::discover::FileOrigin;
use crate::pin::{
    Credentials, HttpClient, HttpLimits, LookupMemory, LookupRequest, LookupResults, PinCounts, PinLookup,
    PinSettings, PinStatus, PinnedFile, RegistryAccess, ResponseCache, resolver,
};
use crate::report;
use crate::semantic::BuildInputs;
use file::PinFile;

pub(super) fn run(args: &PinArgs) -> Result<ExitStatus, CliError> {
    if args.max_age.is_some() && !args.check {
        return Err(
            CliError::usage("`--max-age` requires `--check`").help("add `--check`, or remove `--max-age`")
        );
    }
    let current = std::env::current_dir().map_err(|error| CliError::read(Path::new("."), error))?;
    let mut exit = ExitStatus::Clean;
    let search = FileSearch { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = ConfigResolver::new(args.configuration.source(&current), args.settings_layer());
    let FoundJobs { mut jobs, excluded } = search.find(&mut resolver, &mut exit)?;
    jobs.retain(|job| is_dockerfile(&job.candidate));
    let inline = skip_inline_dockerfiles(&mut jobs, "not pinned", args.terminal.quiet);
    if jobs.is_empty() && inline == 0 && exit == ExitStatus::Clean && !args.terminal.quiet {
        print_no_files_found(&args.files, excluded);
    }
    silence_panic_output();
    let contexts = Arc::new(BuildContexts::default());
    let mut engines = LintEngines::new(BuildInputs::default(), &contexts, None);
    let files = read_files(&jobs, &mut engines, &mut exit);
    let answers = look_up_all(args, &files);
    let (mut diff, mut text, mut results) = (String::new(), None, Vec::new());
    for file in &files {
        let done = file.pin(args, answers.results_for_settings(&file.job.settings.pin));
        match done {
            Ok(done) => {
                diff += &done.diff;
                if file.job.candidate.origin == FileOrigin::Stdin && !args.check && !args.diff {
                    text = Some(done.text);
                }
                results.push(done.result);
            }
            Err(why) => {
                exit = ExitStatus::Failed;
                let name = format!("{}: ", file.job.candidate.shown);
                print_error(&CliError::Usage(why.with_prefix(&name)));
            }
        }
    }
    let summary = PinCounts::from_results(&results);
    if summary.count(PinStatus::Failed) > 0 {
        exit = ExitStatus::Failed;
    } else if summary.problems() > 0 || (args.diff && !diff.is_empty()) {
        exit = exit.max(ExitStatus::Found);
    }
    let output = PinOutput { diff, text, results };
    print_output(args, &output)?;
    if args.format != PinFormat::Json && !args.terminal.quiet && !files.is_empty() {
        print_note(&summary.describe_counts(args.check, args.diff, args.terminal.verbose));
    }
    Ok(exit)
}

/// Files that cannot be read make the run fail; the others are still pinned.
fn read_files<'j>(
    jobs: &'j [FileJob],
    engines: &'j mut LintEngines<'_>,
    exit: &mut ExitStatus,
) -> Vec<PinFile<'j>> {
    let numbers: Vec<Option<usize>> =
        jobs.iter().map(|job| engines.indices_of_engines(&job.settings, &[]).first().copied()).collect();
    let mut files = Vec::new();
    for (job, number) in jobs.iter().zip(numbers) {
        let Some(engine) = number.and_then(|number| engines.get(number)) else { continue };
        match PinFile::read(job, engine) {
            Ok(file) => files.extend(file),
            Err(why) => {
                *exit = ExitStatus::Failed;
                print_error(&CliError::Usage(why.with_prefix(&format!("{}: ", job.candidate.shown))));
            }
        }
    }
    files
}

/// What a run prints to standard output.
struct PinOutput {
    diff: String,
    /// The fixed text of standard input.
    text: Option<Vec<u8>>,
    results: Vec<PinnedFile>,
}

fn print_output(args: &PinArgs, output: &PinOutput) -> Result<(), CliError> {
    if args.format == PinFormat::Json {
        // The fixed text of standard input and the JSON would be mixed in one output.
        write_output(None, |out| report::write_pins_json(out, &output.results))?;
        return Ok(());
    }
    for (name, entry) in
        output.results.iter().flat_map(|result| result.entries.iter().map(|entry| (&result.name, entry)))
    {
        if entry.status == PinStatus::Failed {
            let error = CliError::usage(report::format_pin_line(name, entry));
            print_error(&match &entry.help {
                Some(help) => error.help(help),
                None => error,
            });
        } else if args.terminal.verbose && entry.status == PinStatus::Skipped {
            print_note(&report::format_pin_line(name, entry));
        }
    }
    if args.diff {
        let color = should_use_color(args.terminal.color, None);
        write_output(None, |out| write_diff(out, &output.diff, color))?;
    } else if let Some(text) = &output.text {
        write_output(None, |out| out.write_all(text))?;
    } else {
        write_output(None, |out| report::write_pins(out, &output.results))?;
    }
    Ok(())
}

/// The responses for each set of settings.
struct ResultsBySettings<'a>(Vec<(&'a PinSettings, LookupResults)>);

impl ResultsBySettings<'_> {
    fn results_for_settings(&self, settings: &PinSettings) -> &LookupResults {
        static NONE: LookupResults = LookupResults::new();
        self.0.iter().find(|(known, _)| *known == settings).map_or(&NONE, |(_, answers)| answers)
    }
}

/// Looks up everything that all files ask for.
fn look_up_all<'a>(args: &PinArgs, files: &'a [PinFile<'a>]) -> ResultsBySettings<'a> {
    let mut groups: Vec<(&PinSettings, BTreeSet<LookupRequest>)> = Vec::new();
    for file in files {
        let settings = &file.job.settings.pin;
        let at = groups.iter().position(|(known, _)| *known == settings).unwrap_or_else(|| {
            groups.push((settings, BTreeSet::new()));
            groups.len() - 1
        });
        if let Some((_, questions)) = groups.get_mut(at) {
            questions.extend(file.lookup_requests(args));
        }
    }
    let (client, credentials) = (HttpClient::new(HttpLimits::default()), Credentials::from_user_config());
    let (cache, memory) = (ResponseCache::in_user_directory(), LookupMemory::default());
    let number = groups.iter().map(|(_, questions)| questions.len()).sum();
    let progress = Progress::with_total("lookups", number, args.terminal.quiet);
    let answer = |(settings, questions): (&'a PinSettings, BTreeSet<LookupRequest>)| {
        let access = RegistryAccess {
            client: &client,
            credentials: &credentials,
            settings,
            memory: &memory,
            dates: args.max_age.is_some(),
        };
        let lookup = PinLookup { access, cache: &cache, offline: args.offline, resolver: &resolver };
        (settings, lookup.look_up_all(&questions, &|| progress.advance()))
    };
    ResultsBySettings(groups.into_iter().map(answer).collect())
}
