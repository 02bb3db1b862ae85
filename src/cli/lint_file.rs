//! One file, from its path to what is said of it. Whatever happens to it happens to no other file.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::discover::{Candidate, Origin};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::Settled;
use crate::lint::Linter;
use crate::report::FileResult;
use crate::semantic::is_template;
use crate::source::Span;
use crate::syntax::{self, Kind};

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    Linted(FileResult),
    /// The same after its fixes were made, if only in memory.
    Mended(FileResult, Box<Mended>),
    /// It could not be read, or the analysis broke off; the one diagnostic says why.
    Failed(FileResult),
    /// It is only called like a Dockerfile.
    NotADockerfile,
}

/// What fixes made of a file.
#[derive(Debug)]
pub struct Mended {
    pub old: Vec<u8>,
    /// What is left to say has gone into the result.
    pub settled: Settled,
}

/// Offsets are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64 - 1;

/// Lints one file.
#[must_use]
pub fn lint_file(candidate: &Candidate, linter: &Linter) -> Outcome {
    examine(candidate, &|source| (linter.lint(source), None))
}

/// Lints one file and makes its fixes; nothing is written yet.
#[must_use]
pub fn mend_file(candidate: &Candidate, settle: &dyn Fn(&[u8]) -> Settled) -> Outcome {
    examine(candidate, &|source| {
        let mut settled = settle(source);
        (std::mem::take(&mut settled.left), Some(settled))
    })
}

type Examined = (Vec<Diagnostic>, Option<Settled>);

fn examine(candidate: &Candidate, work: &dyn Fn(&[u8]) -> Examined) -> Outcome {
    let name = candidate.shown.clone();
    let source = match read(candidate) {
        Ok(source) => source,
        Err(error) => {
            let found = about_file(&UNREADABLE, format!("cannot be read ({})", error_text(&error)));
            return Outcome::Failed(FileResult::new(name, Vec::new(), vec![found]));
        }
    };
    let linted = panic::catch_unwind(AssertUnwindSafe(|| {
        if candidate.must_start_like_one && !starts_like_one(&source) {
            return None;
        }
        if candidate.origin == Origin::Walked && is_template(&syntax::parse(&source)) {
            let text = "looks like a template and is not linted";
            return Some((vec![about_file(&TEMPLATE, text.to_string())], None));
        }
        Some(work(&source))
    }));
    match linted {
        Ok(None) => Outcome::NotADockerfile,
        Ok(Some((found, None))) => Outcome::Linted(FileResult::new(name, source, found)),
        Ok(Some((found, Some(settled)))) => {
            let file = FileResult::new(name, settled.text.clone(), found);
            Outcome::Mended(file, Box::new(Mended { old: source, settled }))
        }
        Err(_) => {
            let place = LAST_PANIC.take().unwrap_or_default();
            let mut found =
                about_file(&BROKEN, format!("an error of dockwright's own ended the analysis{place}"));
            found.help("please report it, with the file if you can");
            Outcome::Failed(FileResult::new(name, source, vec![found]))
        }
    }
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

/// Code, name and severity of what is said of a file as a whole.
struct FileRule {
    code: &'static str,
    name: &'static str,
    severity: Severity,
}

const UNREADABLE: FileRule = FileRule { code: "DW0010", name: "unreadable-file", severity: Severity::Error };
const TEMPLATE: FileRule = FileRule { code: "DW0011", name: "template-not-linted", severity: Severity::Info };
const BROKEN: FileRule = FileRule { code: "DW0012", name: "internal-error", severity: Severity::Error };

fn about_file(rule: &FileRule, message: String) -> Diagnostic {
    Diagnostic {
        code: rule.code,
        name: rule.name,
        aliases: Vec::new(),
        severity: rule.severity,
        message,
        help: None,
        span: Span::empty(0),
        anchor: Span::empty(0),
        stage: None,
        fix: None,
    }
}

fn read(candidate: &Candidate) -> io::Result<Vec<u8>> {
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

/// The words of the error, without the number that the system gives it.
fn error_text(error: &io::Error) -> String {
    error.kind().to_string()
}

fn starts_like_one(source: &[u8]) -> bool {
    let file = syntax::parse(source);
    file.instructions().next().is_some_and(|first| matches!(first.kind, Kind::From | Kind::Arg))
}
