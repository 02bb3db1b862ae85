//! The files, linted as hadolint does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::error::CliError;
use crate::cli::lint_file::{FileOutcome, LintTask, lint_file, print_failure, silence_panic_output};
use crate::cli::print_error;
use crate::cli::shellcheck::{self, Verbosity};
use crate::cli::threads::for_each_in_order;
use crate::config::{INVALID, Settings};
use crate::files::discover::{CandidateFile, FileOrigin};
use crate::files::engine::LintEngine;
use crate::report::hadolint::{ParseFailure, ReportedFile, ReportedProblem};
use crate::report::{FileResult, LocatedDiagnostic, neutralize};
use crate::shellcheck::ProgramChoice;
use crate::source::LineIndex;

/// What was found in all files.
pub(super) struct LintedFiles {
    /// In the order of the command line, without those that could not be read.
    pub files: Vec<ReportedFile>,
    /// Whether some files could not be read, or could not be checked completely.
    pub(crate) incomplete: bool,
}

/// Lints the files; prints an error for each file that cannot be read.
pub(super) fn lint_files(files: &[PathBuf], settings: &Settings) -> Result<LintedFiles, CliError> {
    silence_panic_output();
    let choice = std::env::var_os(shellcheck::VARIABLE).unwrap_or_default();
    let program = shellcheck::open_program(&ProgramChoice::parse(&choice), Verbosity::Less)?;
    let engine = LintEngine::as_hadolint(Arc::new(settings.clone())).with_shellcheck(program.clone());
    let candidates: Vec<CandidateFile> = files.iter().map(|path| candidate_for_named_file(path)).collect();
    if let Some(program) = &program {
        let files: Vec<_> = candidates.iter().map(|candidate| (candidate, &engine)).collect();
        shellcheck::check_scripts_ahead(program, &files, None)?;
    }
    let (mut files, mut failed) = (Vec::new(), Vec::new());
    let lint = |candidate: &CandidateFile| lint_file(candidate, &engine, LintTask::LINT);
    for_each_in_order(&candidates, None, lint, |_, outcome| match outcome {
        // Only what the reports show is kept of each file.
        FileOutcome::Done(done) => files.push(to_hadolint_form(done.file)),
        FileOutcome::Failed(file) => failed.push(file),
        FileOutcome::NotADockerfile => {}
    })?;
    let failure = shellcheck::shellcheck_error(program.as_ref());
    let incomplete = failure.is_some() || !failed.is_empty();
    if let Some(failure) = failure {
        print_error(&failure);
    }
    failed.iter().for_each(print_failure);
    Ok(LintedFiles { files, incomplete })
}

fn candidate_for_named_file(path: &Path) -> CandidateFile {
    CandidateFile {
        shown: path.to_string_lossy().into_owned(),
        path: path.to_path_buf(),
        absolute: path.to_path_buf(),
        origin: if path.as_os_str() == "-" { FileOrigin::Stdin } else { FileOrigin::Named },
        must_start_like_one: false,
        builds: Vec::new(),
    }
}

fn to_hadolint_form(file: FileResult) -> ReportedFile {
    let source_name = if file.name == "-" { "/dev/stdin" } else { &file.name }.to_string();
    let lines = LineIndex::new(&file.source);
    let is_refusal = |located: &&LocatedDiagnostic| located.diagnostic.code == INVALID;
    let refusal = file.diagnostics.iter().find(is_refusal).map(|located| ParseFailure {
        line: located.start.line,
        column: located.start.column,
        message: neutralize(&located.diagnostic.message).into_owned(),
        text: text_of_line(&file.source, &lines, located.start.line),
    });
    let mut diagnostics = Vec::new();
    if refusal.is_none() {
        for LocatedDiagnostic { diagnostic, .. } in &file.diagnostics {
            diagnostics.push(ReportedProblem {
                line: lines.line(diagnostic.anchor.start),
                code: diagnostic.code.to_string(),
                severity: diagnostic.severity,
                message: neutralize(&diagnostic.message).into_owned(),
            });
        }
        // A stable sort: problems of one code on one line stay in column order.
        diagnostics.sort_by(|a, b| (a.line, &a.code).cmp(&(b.line, &b.code)));
    }
    ReportedFile { name: file.name, source_name, diagnostics, refusal }
}

fn text_of_line(source: &[u8], lines: &LineIndex, line: u32) -> String {
    let bytes = lines.span_of_line(line, source).bytes(source).trim_ascii_end();
    neutralize(&String::from_utf8_lossy(bytes)).into_owned()
}
