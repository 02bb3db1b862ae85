//! The files, linted as hadolint does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::complain;
use crate::cli::error::Error;
use crate::cli::lint_file::{Outcome, Task, lint_file, quiet_panics};
use crate::cli::shellcheck::{self, Say};
use crate::cli::threads::side_by_side;
use crate::config::{INVALID, Settings};
use crate::files::discover::{Candidate, Origin};
use crate::files::engine::Engine;
use crate::report::hadolint::{File, Line, Refusal};
use crate::report::{FileResult, Located, inert};
use crate::shellcheck::Choice;
use crate::source::LineIndex;

/// What was found in all files.
pub struct Linted {
    /// In the order of the command line, without those that could not be read.
    pub files: Vec<File>,
    /// Whether some could not be read, or not wholly be checked.
    pub incomplete: bool,
}

/// Lints the files; what cannot be read is complained of.
pub fn lint(files: &[PathBuf], settings: &Settings) -> Result<Linted, Error> {
    quiet_panics();
    let choice = std::env::var_os(shellcheck::VARIABLE).unwrap_or_default();
    let program = shellcheck::open(&Choice::of(&choice), Say::Less)?;
    let engine = Engine::as_hadolint(Arc::new(settings.clone())).asking(program.clone());
    let candidates: Vec<Candidate> = files.iter().map(|path| candidate(path)).collect();
    if let Some(program) = &program {
        let files: Vec<_> = candidates.iter().map(|candidate| (candidate, &engine)).collect();
        shellcheck::ask_ahead(program, &files, None)?;
    }
    let outcomes = side_by_side(&candidates, None, |candidate| lint_file(candidate, &engine, Task::LINT))?;
    let failure = shellcheck::failure(program.as_ref());
    let mut linted = Linted { files: Vec::new(), incomplete: failure.is_some() };
    if let Some(failure) = failure {
        complain(&failure);
    }
    for outcome in outcomes {
        match outcome {
            Outcome::Done(done) => linted.files.push(as_hadolint(done.file)),
            Outcome::Failed(file) => {
                linted.incomplete = true;
                for located in &file.diagnostics {
                    complain(&format_args!("{}: {}", inert(&file.name), located.diagnostic.message));
                }
            }
            Outcome::NotADockerfile => {}
        }
    }
    Ok(linted)
}

fn candidate(path: &Path) -> Candidate {
    Candidate {
        shown: path.to_string_lossy().into_owned(),
        path: path.to_path_buf(),
        absolute: path.to_path_buf(),
        origin: if path.as_os_str() == "-" { Origin::Stdin } else { Origin::Named },
        must_start_like_one: false,
        builds: Vec::new(),
    }
}

fn as_hadolint(file: FileResult) -> File {
    let source_name = if file.name == "-" { "/dev/stdin" } else { &file.name }.to_string();
    let lines = LineIndex::new(&file.source);
    let is_refusal = |located: &&Located| located.diagnostic.code == INVALID;
    let refusal = file.diagnostics.iter().find(is_refusal).map(|located| Refusal {
        line: located.start.line,
        column: located.start.column,
        message: inert(&located.diagnostic.message).into_owned(),
        text: text_of_line(&file.source, &lines, located.start.line),
    });
    let mut diagnostics = Vec::new();
    if refusal.is_none() {
        for Located { diagnostic, .. } in &file.diagnostics {
            diagnostics.push(Line {
                line: lines.line(diagnostic.anchor.start),
                code: diagnostic.code.to_string(),
                severity: diagnostic.severity,
                message: inert(&diagnostic.message).into_owned(),
            });
        }
        // Stable: what stands on one line under one code stays in the order of the columns.
        diagnostics.sort_by(|a, b| (a.line, &a.code).cmp(&(b.line, &b.code)));
    }
    File { name: file.name, source_name, diagnostics, refusal }
}

fn text_of_line(source: &[u8], lines: &LineIndex, line: u32) -> String {
    let bytes = lines.span_of_line(line, source).bytes(source).trim_ascii_end();
    inert(&String::from_utf8_lossy(bytes)).into_owned()
}
