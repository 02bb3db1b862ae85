//! `dockwright pin`: finds what can be pinned, looks it up, writes it.

mod file;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::args::{PinArgs, PinFormat};
use super::engines::Engines;
use super::error::Error;
use super::jobs::{Search, note_no_files};
use super::lint_file::{is_dockerfile, quiet_panics};
use super::output::{wants_color, write_diff, write_to};
use super::progress::Progress;
use super::{Exit, complain, note};
use crate::config::Resolver;
use crate::files::contexts::Contexts;
use crate::files::discover::Origin;
use crate::pin::{
    Access, Cache, Client, Credentials, Limits, Lookup, Memory, PinAnswers, PinCounts, PinSettings, Question,
    Status, resolver,
};
use crate::report::{self, inert};
use crate::semantic::BuildInputs;
use file::File;

pub(super) fn run(args: &PinArgs) -> Result<Exit, Error> {
    let current = std::env::current_dir().map_err(|error| Error::read(Path::new("."), error))?;
    let mut exit = Exit::Clean;
    let search = Search { current: &current, files: &args.files, terminal: &args.terminal };
    let mut resolver = Resolver::new(args.configuration.source(&current), args.layer());
    let mut jobs = search.find(&mut resolver, &mut exit)?;
    // What is written in another file is not ours to edit.
    jobs.retain(|job| job.candidate.inline().is_none() && is_dockerfile(&job.candidate));
    if jobs.is_empty() && exit == Exit::Clean && !args.terminal.quiet {
        note_no_files(&args.files);
    }
    quiet_panics();
    let contexts = Arc::new(Contexts::default());
    let mut engines = Engines::new(BuildInputs::default(), &contexts, None);
    let numbers: Vec<Option<usize>> =
        jobs.iter().map(|job| engines.numbers(&job.settings, &[]).first().copied()).collect();
    let mut files = Vec::new();
    for (job, number) in jobs.iter().zip(numbers) {
        let Some(engine) = number.and_then(|number| engines.get(number)) else { continue };
        match File::read(job, engine) {
            Ok(file) => files.extend(file),
            Err(why) => {
                exit = Exit::Failed;
                complain(&format_args!("{}: {why}", inert(&job.candidate.shown)));
            }
        }
    }
    let answers = look_up(args, &files);
    let (mut diff, mut text, mut results) = (String::new(), None, Vec::new());
    for file in &files {
        let done = file.pin(args, answers.of(&file.job.settings.pin));
        match done {
            Ok(done) => {
                diff += &done.diff;
                if file.job.candidate.origin == Origin::Stdin && !args.check && !args.diff {
                    text = Some(done.text);
                }
                results.push(done.result);
            }
            Err(why) => {
                exit = Exit::Failed;
                complain(&format_args!("{}: {}", inert(&file.job.candidate.shown), inert(&why)));
            }
        }
    }
    let summary = PinCounts::of(&results);
    if summary.count(Status::Failed) > 0 {
        exit = Exit::Failed;
    } else if summary.problems() > 0 || (args.diff && !diff.is_empty()) {
        exit = exit.max(Exit::Found);
    }
    if args.format == PinFormat::Json {
        // The fixed text of standard input would make the output two things at once.
        write_to(None, |out| report::write_pins_json(out, &results))?;
        return Ok(exit);
    }
    for (name, entry) in
        results.iter().flat_map(|result| result.entries.iter().map(|entry| (&result.name, entry)))
    {
        if entry.status == Status::Failed {
            complain(&report::pin_line(name, entry));
        } else if args.terminal.verbose && entry.status == Status::Skipped {
            note(&report::pin_line(name, entry));
        }
    }
    if args.diff {
        let color = wants_color(args.terminal.color, None);
        write_to(None, |out| write_diff(out, &diff, color))?;
    } else if let Some(text) = &text {
        write_to(None, |out| out.write_all(text))?;
    } else {
        write_to(None, |out| report::write_pins(out, &results))?;
    }
    if !args.terminal.quiet && !files.is_empty() {
        note(&summary.sentence(args.check, args.diff));
    }
    Ok(exit)
}

/// The answers for each set of settings.
struct Known<'a>(Vec<(&'a PinSettings, PinAnswers)>);

impl Known<'_> {
    fn of(&self, settings: &PinSettings) -> &PinAnswers {
        static NONE: PinAnswers = PinAnswers::new();
        self.0.iter().find(|(known, _)| *known == settings).map_or(&NONE, |(_, answers)| answers)
    }
}

/// Looks up everything that all files ask for.
fn look_up<'a>(args: &PinArgs, files: &'a [File<'a>]) -> Known<'a> {
    let mut groups: Vec<(&PinSettings, BTreeSet<Question>)> = Vec::new();
    for file in files {
        let settings = &file.job.settings.pin;
        let at = groups.iter().position(|(known, _)| *known == settings).unwrap_or_else(|| {
            groups.push((settings, BTreeSet::new()));
            groups.len() - 1
        });
        if let Some((_, questions)) = groups.get_mut(at) {
            questions.extend(file.questions(args));
        }
    }
    let (client, credentials) = (Client::new(Limits::default()), Credentials::of_user());
    let (cache, memory) = (Cache::of_user(), Memory::default());
    let number = groups.iter().map(|(_, questions)| questions.len()).sum();
    let progress = Progress::of("lookups", number, args.terminal.quiet);
    let answer = |(settings, questions): (&'a PinSettings, BTreeSet<Question>)| {
        let access = Access {
            client: &client,
            credentials: &credentials,
            settings,
            memory: &memory,
            dates: args.max_age.is_some(),
        };
        let lookup = Lookup { access, cache: &cache, offline: args.offline, resolver: &resolver };
        (settings, lookup.answer(&questions, &|| progress.step()))
    };
    Known(groups.into_iter().map(answer).collect())
}
