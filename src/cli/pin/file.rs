//! One file: what it asks for, and what the answers make of it.

use std::panic::{self, AssertUnwindSafe};

use crate::cli::args::PinArgs;
use crate::cli::jobs::Job;
use crate::cli::lint_file::read;
use crate::files::discover::Origin;
use crate::files::engine::Engine;
use crate::fix::{self, Settled, WriteError};
use crate::library_errors::io_error;
use crate::lint::Beside;
use crate::pin::{Judgement, PinAnswers, PinOptions, Pinnable, PinnedFile, Question, pin, places_of};
use crate::semantic::is_template;
use crate::source::LineIndex;
use crate::syntax;

/// A file that was read.
pub struct File<'a> {
    pub job: &'a Job,
    engine: &'a Engine,
    source: Vec<u8>,
    places: Vec<Pinnable>,
}

/// What became of a file.
pub struct Done {
    pub result: PinnedFile,
    pub diff: String,
    /// The text with its pins.
    pub text: Vec<u8>,
}

impl<'a> File<'a> {
    /// Reads a file; `None` for a template that turned up by itself.
    ///
    /// # Errors
    /// It cannot be read, or not be analyzed.
    pub fn read(job: &'a Job, engine: &'a Engine) -> Result<Option<Self>, String> {
        let candidate = &job.candidate;
        let source = read(candidate).map_err(|error| format!("cannot read file: {}", io_error(&error)))?;
        if candidate.origin == Origin::Walked && is_template(&syntax::parse(&source)) {
            return Ok(None);
        }
        let places = caught(|| places_of(&source, &job.settings.pin))?;
        Ok(Some(Self { job, engine, source, places }))
    }

    /// What has to be looked up.
    pub fn questions(&self, args: &PinArgs) -> impl Iterator<Item = Question> {
        let (check, update) = (args.check, args.update);
        let targets = self.places.iter().filter_map(|place| place.target.as_ref().ok());
        let is_asked = move |question: &&Question| match question.pinned() {
            Some(_) => check || update,
            None => !check,
        };
        targets.map(|target| &target.question).filter(is_asked).cloned()
    }

    /// Writes the pins, or says what would be written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn pin(&self, args: &PinArgs, answers: &PinAnswers) -> Result<Done, String> {
        let options = PinOptions { update: args.update, annotate: args.annotate };
        let settled = if args.check {
            Settled { text: self.source.clone(), left: Vec::new(), made: Vec::new(), refused: Vec::new() }
        } else {
            caught(|| {
                let beside = Beside::default();
                let look = |text: &[u8]| self.engine.look(text, &beside);
                pin(&self.source, &self.job.settings.pin, answers, options, &look)
            })?
        };
        let after = caught(|| places_of(&settled.text, &self.job.settings.pin))?;
        let judgement = Judgement { answers, check: args.check, update: args.update, max_age: args.max_age };
        let lines = LineIndex::new(&self.source);
        let entries = judgement.entries(&self.places, &after, &settled.refused, &|at| lines.line(at));
        let name = self.job.candidate.shown.clone();
        let diff = if args.diff { fix::unified(&name, &self.source, &settled.text) } else { String::new() };
        let writes = !args.check && !args.diff && self.job.candidate.origin != Origin::Stdin;
        if writes && settled.text != self.source {
            fix::replace(&self.job.candidate.path, &self.source, &settled.text).map_err(
                |error| match error {
                    WriteError::Changed(_) => "file changed while it was pinned; not written".to_string(),
                    WriteError::Io(_, error) => format!("cannot write file ({})", io_error(&error)),
                },
            )?;
        }
        Ok(Done { result: PinnedFile { name, entries }, diff, text: settled.text })
    }
}

/// Runs an analysis that must not take the other files down with it.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| "internal error in dockwright; please report it".to_string())
}
