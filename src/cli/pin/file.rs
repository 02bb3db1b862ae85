//! One file: the lookups that it needs, and the edits that result from the responses.

use std::panic::{self, AssertUnwindSafe};

use crate::cli::args::PinArgs;
use crate::cli::jobs::FileJob;
use crate::cli::lint_file::{is_binary, read_source};
use crate::error_text::ErrorText;
use crate::files::discover::FileOrigin;
use crate::files::engine::LintEngine;
use crate::fix::{self, FixedText, WriteError};
use crate::library_errors::{explain_binary_file, explain_read_error, explain_update_error};
use crate::lint::BuildContext;
use crate::pin::{
    LookupRequest, LookupResults, PinCandidate, PinOptions, PinReview, PinnedFile, find_pinnable_places,
    pin_text,
};
use crate::semantic::is_template_file;
use crate::source::LineIndex;
use crate::syntax;

/// A file that was read.
pub(super) struct PinFile<'a> {
    pub job: &'a FileJob,
    engine: &'a LintEngine,
    source: Vec<u8>,
    places: Vec<PinCandidate>,
}

/// The result for a file.
pub(super) struct PinOutcome {
    pub result: PinnedFile,
    pub diff: String,
    /// The text with its pins.
    pub text: Vec<u8>,
}

impl<'a> PinFile<'a> {
    /// Reads a file; `None` for a template that was not named by the user.
    ///
    /// # Errors
    /// The file cannot be read or analyzed.
    pub(super) fn read(job: &'a FileJob, engine: &'a LintEngine) -> Result<Option<Self>, ErrorText> {
        let candidate = &job.candidate;
        let source = read_source(candidate).map_err(|error| explain_read_error(&error))?;
        if is_binary(&source) {
            return Err(explain_binary_file(&source).with_prefix("not pinned: "));
        }
        if candidate.origin == FileOrigin::Walked && is_template_file(&syntax::parse(&source)) {
            return Ok(None);
        }
        let places = catch_panic(|| find_pinnable_places(&source, &job.settings.pin))?;
        Ok(Some(Self { job, engine, source, places }))
    }

    /// The lookups that the file needs.
    pub(super) fn lookup_requests(&self, args: &PinArgs) -> impl Iterator<Item = LookupRequest> {
        let (check, update) = (args.check, args.update);
        let targets = self.places.iter().filter_map(|place| place.target.as_ref().ok());
        let is_asked = move |question: &&LookupRequest| match question.current_pin() {
            Some(_) => check || update,
            None => !check,
        };
        targets.map(|target| &target.question).filter(is_asked).cloned()
    }

    /// Writes the pins, or prints what would be written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn pin(&self, args: &PinArgs, answers: &LookupResults) -> Result<PinOutcome, ErrorText> {
        let options = PinOptions { update: args.update, annotate: args.annotate };
        let settled = if args.check {
            FixedText { text: self.source.clone(), left: Vec::new(), made: Vec::new(), refused: Vec::new() }
        } else {
            catch_panic(|| {
                let build_context = BuildContext::default();
                let lint = |text: &[u8]| self.engine.analyze(text, &build_context);
                pin_text(&self.source, &self.job.settings.pin, answers, options, &lint)
            })?
        };
        let after = catch_panic(|| find_pinnable_places(&settled.text, &self.job.settings.pin))?;
        let review = PinReview { answers, check: args.check, update: args.update, max_age: args.max_age };
        let lines = LineIndex::new(&self.source);
        let entries = review.review_places(&self.places, &after, &settled.refused, &|at| lines.line(at));
        let name = self.job.candidate.shown.clone();
        let diff =
            if args.diff { fix::unified_diff(&name, &self.source, &settled.text) } else { String::new() };
        let writes = !args.check && !args.diff && self.job.candidate.origin != FileOrigin::Stdin;
        if writes && settled.text != self.source {
            fix::replace_file(&self.job.candidate.path, &self.source, &settled.text).map_err(|error| {
                match error {
                    WriteError::Changed(_) => {
                        ErrorText::new("not written: the file changed while it was pinned")
                            .help("run the command again")
                    }
                    WriteError::Io(_, error) => explain_update_error(&error),
                }
            })?;
        }
        Ok(PinOutcome { result: PinnedFile { name, entries }, diff, text: settled.text })
    }
}

/// Runs an analysis. A panic fails only this file.
fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, ErrorText> {
    panic::catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| ErrorText::new("internal error in dockwright; please report it"))
}
