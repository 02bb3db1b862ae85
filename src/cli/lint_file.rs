//! One file, from its path to what is said of it. Whatever happens to it happens to no other file.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::discover::{Candidate, Origin};
use super::engine::Engine;
use super::error::reason;
use crate::config::Selector;
use crate::diagnostic::Applicability;
use crate::fix::{self, Withheld, WriteError};
use crate::report::FileResult;
use crate::rules::about_files;
use crate::semantic::is_template;
use crate::syntax::{self, Kind};

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    Done(Done),
    /// It could not be read or written, or the analysis broke off; the one diagnostic says why.
    Failed(FileResult),
    /// It is only called like a Dockerfile.
    NotADockerfile,
}

/// A file that was linted, and perhaps fixed.
#[derive(Debug)]
pub struct Done {
    /// What is left to be said, about the fixed text if there is one.
    pub file: FileResult,
    /// The codes of what was mended.
    pub made: Vec<&'static str>,
    /// What changes, as a unified diff; with [`Mode::Diff`] only.
    pub diff: String,
    /// The text that the fixes have made of the file, where it is another.
    pub text: Option<Vec<u8>>,
    /// The text as it was; of standard input only.
    pub source: Vec<u8>,
    /// Fixes that were not made, and why.
    pub refused: Vec<Withheld>,
}

/// What to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode<'a> {
    Lint,
    /// Make the fixes that can be trusted so far; of these rules only, if there are any.
    Fix(Applicability, &'a [Selector]),
    /// Show what they would change.
    Diff(Applicability, &'a [Selector]),
}

/// Offsets are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64 - 1;

/// Lints one file, and fixes it if that is wanted.
#[must_use]
pub fn lint_file(candidate: &Candidate, engine: &Engine, mode: Mode<'_>) -> Outcome {
    let failed = |source, rule, message| {
        Outcome::Failed(FileResult::new(
            candidate.shown.clone(),
            source,
            vec![about_files::diagnostic(rule, message)],
        ))
    };
    let source = match read(candidate) {
        Ok(source) => source,
        Err(error) => {
            return failed(
                Vec::new(),
                &about_files::UNREADABLE,
                format!("cannot be read ({})", reason(&error)),
            );
        }
    };
    let Ok(done) = panic::catch_unwind(AssertUnwindSafe(|| work(candidate, &source, engine, mode))) else {
        let place = LAST_PANIC.take().unwrap_or_default();
        let message = format!("an error of dockwright's own ended the analysis{place}; please report it");
        return failed(source, &about_files::INTERNAL, message);
    };
    let Some(done) = done else { return Outcome::NotADockerfile };
    if let (Mode::Fix(..), Some(text)) = (mode, &done.text)
        && candidate.origin != Origin::Stdin
        && let Err(error) = fix::replace(&candidate.path, &source, text)
    {
        let message = match error {
            WriteError::Changed(_) => "changed while it was linted, and is left as it is".to_string(),
            WriteError::Io(_, error) => format!("cannot be written ({})", reason(&error)),
        };
        return failed(source, &about_files::UNREADABLE, message);
    }
    Outcome::Done(done)
}

/// Everything but reading and writing; `None` for what is no Dockerfile.
fn work(candidate: &Candidate, source: &[u8], engine: &Engine, mode: Mode<'_>) -> Option<Done> {
    if candidate.must_start_like_one && !starts_like_one(source) {
        return None;
    }
    let done = |text: &[u8], found| Done {
        file: FileResult::new(candidate.shown.clone(), text.to_vec(), found),
        made: Vec::new(),
        diff: String::new(),
        text: None,
        source: if candidate.origin == Origin::Stdin { source.to_vec() } else { Vec::new() },
        refused: Vec::new(),
    };
    if candidate.origin == Origin::Walked && is_template(&syntax::parse(source)) {
        let message = "looks like a template and is not linted".to_string();
        let mut found = vec![about_files::diagnostic(&about_files::TEMPLATE, message)];
        found.retain(|diagnostic| engine.settings.wants(diagnostic));
        return Some(done(source, found));
    }
    let (Mode::Fix(least, only) | Mode::Diff(least, only)) = mode else {
        return Some(done(source, engine.lint(source)));
    };
    let settled = engine.fix(source, least, only);
    let diff = match mode {
        Mode::Diff(..) => fix::unified(&candidate.shown, source, &settled.text),
        _ => String::new(),
    };
    let mut done = done(&settled.text, settled.left);
    done.made = settled.made.iter().map(|(code, _)| *code).collect();
    done.diff = diff;
    done.refused = settled.refused;
    done.text = (settled.text != source).then_some(settled.text);
    Some(done)
}

/// Whether it would be linted, as far as its name and content say.
#[must_use]
pub fn is_dockerfile(candidate: &Candidate) -> bool {
    !candidate.must_start_like_one || read(candidate).is_ok_and(|source| starts_like_one(&source))
}

/// Keeps a panic off standard error; [`lint_file`] says where it was.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        LAST_PANIC.set(info.location().map(|place| format!(" ({}:{})", place.file(), place.line())));
    }));
}

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The bytes of the file.
pub fn read(candidate: &Candidate) -> io::Result<Vec<u8>> {
    let mut source = Vec::new();
    if candidate.origin == Origin::Stdin {
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

fn starts_like_one(source: &[u8]) -> bool {
    let file = syntax::parse(source);
    file.instructions().next().is_some_and(|first| matches!(first.kind, Kind::From | Kind::Arg))
}
