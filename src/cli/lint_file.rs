//! Lints one file, from its path to its diagnostics. A failure affects no other file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::error::CliError;
use super::print_error;
use crate::baseline::{self, KnownProblems};
use crate::config::{DefaultRules, RuleSelector};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::error_text::ErrorText;
use crate::files::discover::{CandidateFile, FileOrigin, starts_like_dockerfile};
use crate::files::engine::LintEngine;
use crate::fix::{
    self, AppliedFix, FixSelection, LintMemo, WithheldFix, WriteError, WriteMethod, fix_until_stable,
};
use crate::library_errors::{explain_binary_file, explain_read_error, explain_update_error};
use crate::lint::BuildContext;
use crate::report::{FileResult, FixCounts};
use crate::rules::about_files;

/// The result for a file.
#[derive(Debug)]
pub(super) enum FileOutcome {
    Done(Box<LintedFile>),
    /// The file could not be read or written, or the analysis panicked; the one diagnostic gives the reason.
    Failed(FileResult),
    /// It only has the name of a Dockerfile.
    NotADockerfile,
}

/// A file that was linted, and perhaps fixed.
#[derive(Debug)]
pub(super) struct LintedFile {
    /// The remaining diagnostics; those of the fixed text if there is one.
    pub file: FileResult,
    /// The fixes that were applied: code and title.
    pub made: Vec<AppliedFix>,
    /// What changes, as a unified diff; with [`LintMode::Diff`] only.
    pub diff: String,
    /// The fixed text, if it differs from the file.
    pub text: Option<Vec<u8>>,
    /// The original text; only for standard input.
    pub source: Vec<u8>,
    /// Fixes that were not applied, and why.
    pub refused: Vec<WithheldFix>,
    /// The codes of problems that the added comments ignore.
    pub ignored: Vec<&'static str>,
    /// Why no comments could be added.
    pub(crate) not_ignored: Option<&'static str>,
    /// Baseline entries that the file no longer matches.
    pub stale: KnownProblems,
    /// Whether the file has several hard links, and was written to instead of replaced.
    pub(crate) in_place: bool,
    /// How many more fixes would be applied; with [`LintTask::counts_fixes`] only.
    pub(crate) fix_counts: FixCounts,
}

/// The work to do for a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct LintTask<'a> {
    pub mode: LintMode<'a>,
    /// If set, ignore comments are added for the remaining problems, with this reason, which may be empty.
    pub add_ignores: Option<&'a str>,
    /// Known problems, which are hidden.
    pub known: Option<&'a KnownProblems>,
    /// Whether to count the fixes that would be applied.
    pub(crate) counts_fixes: bool,
}

impl LintTask<'_> {
    /// Report problems, and nothing else.
    pub(super) const LINT: Self =
        Self { mode: LintMode::Lint, add_ignores: None, known: None, counts_fixes: false };

    /// Whether the file is to be written.
    #[must_use]
    pub(super) fn writes_file(&self) -> bool {
        match self.mode {
            LintMode::Lint => self.add_ignores.is_some(),
            LintMode::Fix(..) => true,
            LintMode::Diff(..) => false,
        }
    }

    fn new_problems(&self, text: &[u8], found: Vec<Diagnostic>) -> (Vec<Diagnostic>, KnownProblems) {
        match self.known {
            Some(known) => baseline::split_known_problems(known, text, found),
            None => (found, KnownProblems::new()),
        }
    }
}

/// What to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LintMode<'a> {
    Lint,
    /// Apply the fixes of at least this applicability; only of these rules, if there are any.
    Fix(Applicability, &'a [RuleSelector]),
    /// Show what they would change.
    Diff(Applicability, &'a [RuleSelector]),
}

/// Why a Dockerfile inside another file is not changed.
pub(super) const INSIDE_BUILD_FILE: &str = "the Dockerfile is part of a Compose or Bake file";

/// Maximum size of a file, in bytes, because offsets are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64 - 1;

/// Lints one file, and fixes it if the task requires it.
#[must_use]
pub(super) fn lint_file(candidate: &CandidateFile, engine: &LintEngine, task: LintTask<'_>) -> FileOutcome {
    let failed = |source, rule, ErrorText { message, help }: ErrorText| {
        let diagnostic = Diagnostic { help, ..about_files::file_diagnostic(rule, message) };
        FileOutcome::Failed(FileResult::new(candidate.shown.clone(), source, vec![diagnostic]))
    };
    let source = match read_source(candidate) {
        Ok(source) => source,
        Err(error) => {
            return failed(Vec::new(), &about_files::UNREADABLE, explain_read_error(&error));
        }
    };
    if !engine.is_hadolint() && is_binary(&source) {
        let why = explain_binary_file(&source).with_prefix("not checked: ");
        return failed(Vec::new(), &about_files::UNREADABLE, why);
    }
    let Ok(done) = panic::catch_unwind(AssertUnwindSafe(|| lint_or_fix(candidate, &source, engine, task)))
    else {
        let place = LAST_PANIC.take().unwrap_or_default();
        let message = format!("internal error in dockwright{place}; please report it");
        return failed(source, &about_files::INTERNAL, ErrorText::new(message));
    };
    let Some(mut done) = done else { return FileOutcome::NotADockerfile };
    if let (true, Some(text)) = (task.writes_file() && candidate.origin != FileOrigin::Stdin, &done.text) {
        match fix::replace_file(&candidate.path, &source, text) {
            Ok(written) => done.in_place = written == WriteMethod::InPlace,
            Err(error) => {
                let why = match error {
                    WriteError::Changed(_) => {
                        ErrorText::new("not written: the file changed while it was checked")
                            .help("run the command again")
                    }
                    WriteError::Io(_, error) => explain_update_error(&error),
                };
                return failed(source, &about_files::UNREADABLE, why);
            }
        }
    }
    FileOutcome::Done(Box::new(done))
}

/// Checks or fixes the text of a file, without reading or writing files. `None` if it is not a Dockerfile.
fn lint_or_fix(
    candidate: &CandidateFile,
    source: &[u8],
    engine: &LintEngine,
    task: LintTask<'_>,
) -> Option<LintedFile> {
    if candidate.must_start_like_one && !starts_like_dockerfile(source) {
        return None;
    }
    let done = |text: &[u8], found| {
        let (found, stale) = task.new_problems(text, found);
        LintedFile {
            file: FileResult::new(candidate.shown.clone(), text.to_vec(), found),
            made: Vec::new(),
            diff: String::new(),
            text: None,
            source: if candidate.origin == FileOrigin::Stdin { source.to_vec() } else { Vec::new() },
            refused: Vec::new(),
            ignored: Vec::new(),
            not_ignored: None,
            stale,
            in_place: false,
            fix_counts: FixCounts::default(),
        }
    };
    if candidate.origin == FileOrigin::Walked
        && let Some(found) = engine.template_diagnostics(source)
    {
        return Some(done(source, found));
    }
    // If a context is too large to be read, nothing is known about it.
    let context = engine.context_files(candidate, source).unwrap_or_default();
    let build_context = &BuildContext { context, ..engine.build_context(candidate) };
    if let Some(inline) = candidate.inline_dockerfile() {
        let mut found = engine.lint(source, build_context);
        let refused = match task.mode {
            LintMode::Lint => Vec::new(),
            LintMode::Fix(least, only) | LintMode::Diff(least, only) => found
                .iter()
                .filter(|found| found.fix.as_ref().is_some_and(|fix| fix.applicability >= least))
                .filter(|found| {
                    only.is_empty() || only.iter().any(|one| one.matches(found.code, DefaultRules::PREVIEW))
                })
                .map(|found| WithheldFix { code: found.code, reason: INSIDE_BUILD_FILE })
                .collect(),
        };
        for diagnostic in &mut found {
            inline.map_to_outer_file(diagnostic);
        }
        // Problems in another file are shown there, and never fixed.
        let around = inline.has_file_offsets().then(|| std::fs::read(&candidate.path).ok()).flatten();
        let not_ignored = (task.add_ignores.is_some() && !found.is_empty()).then_some(INSIDE_BUILD_FILE);
        let done = done(around.as_deref().unwrap_or(source), found);
        return Some(LintedFile { refused, not_ignored, ..done });
    }
    let (mut text, mut left, mut made, mut refused) = (source.to_vec(), None, Vec::new(), Vec::new());
    if let LintMode::Fix(least, only) | LintMode::Diff(least, only) = task.mode {
        let settled = engine.fix(source, build_context, least, only);
        (text, left, refused, made) = (settled.text, Some(settled.left), settled.refused, settled.made);
    }
    let (mut ignored, mut not_ignored) = (Vec::new(), None);
    if let Some(why) = task.add_ignores {
        let lint = |text: &[u8]| task.new_problems(text, engine.lint(text, build_context)).0;
        match fix::add_ignores(&text, Some(why).filter(|why| !why.is_empty()), &lint) {
            Ok(added) if added.text != text => {
                (text, left, ignored) = (added.text, None, added.ignored);
            }
            Ok(_) => {}
            Err(reason) => not_ignored = Some(reason),
        }
    }
    let lint = |text: &[u8]| engine.analyze(text, build_context);
    let lints = task.counts_fixes.then(|| LintMemo::new(&lint));
    let left = left.unwrap_or_else(|| match &lints {
        Some(lints) => lints.with_result(&text, |lint| lint.diagnostics.clone()),
        None => engine.lint(&text, build_context),
    });
    let fix_counts = lints.map_or_else(FixCounts::default, |lints| fix_counts(engine, &text, &lints, &left));
    let mut done = done(&text, left);
    done.fix_counts = fix_counts;
    if let LintMode::Diff(..) = task.mode {
        done.diff = fix::unified_diff(&candidate.shown, source, &text);
    }
    (done.made, done.refused, done.ignored, done.not_ignored) = (made, refused, ignored, not_ignored);
    done.text = (text != source).then_some(text);
    Some(done)
}

/// How many fixes each level would apply to a text with the problems `found`.
fn fix_counts(engine: &LintEngine, text: &[u8], lints: &LintMemo<'_>, found: &[Diagnostic]) -> FixCounts {
    let has_fixes = |found: &[Diagnostic], least: Applicability| {
        found.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).any(|fix| fix.applicability >= least)
    };
    let mut known: BTreeMap<Applicability, usize> = BTreeMap::new();
    let mut count = |least: Applicability| {
        if !has_fixes(found, least) {
            return 0;
        }
        let settled =
            || fix_until_stable(text, FixSelection::trusting_at_least(least), &|text| lints.result(text));
        *known.entry(least).or_insert_with(|| settled().made.len())
    };
    FixCounts {
        fix: count(engine.settings.fix),
        level: None,
        levels: [Applicability::UnsafeLow, Applicability::UnsafeMid, Applicability::UnsafeHigh].map(count),
    }
}

/// Prints why a file could not be checked.
pub(crate) fn print_failure(file: &FileResult) {
    for located in &file.diagnostics {
        let error = CliError::usage(format!("{}: {}", file.name, located.diagnostic.message));
        print_error(&match &located.diagnostic.help {
            Some(help) => error.help(help),
            None => error,
        });
    }
}

/// Whether the file would be linted, judging by its name and content.
#[must_use]
pub(super) fn is_dockerfile(candidate: &CandidateFile) -> bool {
    !candidate.must_start_like_one
        || read_source(candidate).is_ok_and(|source| starts_like_dockerfile(&source))
}

/// Suppresses the default panic message; [`lint_file`] reports where the panic was.
pub(super) fn silence_panic_output() {
    panic::set_hook(Box::new(|info| {
        LAST_PANIC.set(info.location().map(|place| format!(" ({}:{})", place.file(), place.line())));
    }));
}

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The bytes of a file, or of standard input.
pub(super) fn read_source(candidate: &CandidateFile) -> io::Result<Vec<u8>> {
    let mut source = Vec::new();
    if let Some(inline) = candidate.inline_dockerfile() {
        source.extend_from_slice(inline.text.as_bytes());
    } else if candidate.origin == FileOrigin::Stdin {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut source)?;
    } else {
        read_file(&candidate.path, &mut source)?;
    }
    if source.len() as u64 > LARGEST {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(source)
}

fn read_file(path: &Path, source: &mut Vec<u8>) -> io::Result<()> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    source.reserve_exact(usize::try_from(about.len().min(LARGEST)).unwrap_or_default());
    file.take(LARGEST + 1).read_to_end(source)?;
    Ok(())
}

/// Whether this is not text. A Dockerfile with a stray NUL byte is still checked.
pub(super) fn is_binary(source: &[u8]) -> bool {
    const START: usize = 8000;
    source.get(..source.len().min(START)).is_some_and(|start| start.contains(&0))
        && !starts_like_dockerfile(source)
}
